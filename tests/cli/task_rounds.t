# Contenders are skipped where the items are of the other kind, and say so.
$ printf 'kind: task_rounds\ninstances: 3\ncycle: 1s\ncycles: 10\ncontenders: [harbor-23183, deckard-renewed]\n' >a.yaml; dibs check a.yaml | grep -E 'items|skipped'
3 instances, 51 items, concurrent, placement free
harbor-23183             skipped: its items are marks, this scenario's are task rounds

$ printf 'items: 10\ninstances: 2\ncontenders: [deckard-renewed, "null"]\n' >a.yaml; dibs check a.yaml | grep skipped
deckard-renewed          skipped: its items are task rounds, this scenario's are marks

$ dibs check quick --contender deckard-renewed
dibs: --contender: deckard-renewed: its items are task rounds, this scenario's are marks; contenders of its kind would be right
[2]

$ dibs check housekeeper --contender harbor-23183
dibs: --contender: harbor-23183: its items are marks, this scenario's are task rounds; contenders of its kind would be right
[2]

$ dibs check housekeeper --set items=10
dibs: --set items=10: task rounds are as many as the cycles hold; no number would be right
[2]

$ dibs check housekeeper --set cycles=until_drained
dibs: --set cycles=until_drained: task rounds never end; a number of cycles would be right
[2]

$ dibs check housekeeper --set producers.count=1 --set producers.rate=10
dibs: --set producers.count=1: time marks task rounds; no producers would be right
[2]

$ dibs check housekeeper --set entry_race_cycles=10
dibs: --set entry_race_cycles=10: races for one lock are counted, and each task has its own; 0 would be right
[2]

$ dibs check housekeeper --set kind=task
dibs: --set kind=task: "task" is none of the choices; marks or task_rounds would be right
[2]

$ dibs run housekeeper --set cycles=20 --contender deckard-renewed,harbor-23183 --out o 2>&1 >/dev/null | grep skipped; sed -n '/^ "skipped"/,/^ ]/p' o/result.json
dibs: skipped harbor-23183: its items are marks, this scenario's are task rounds
 "skipped": [
  {"contender":"harbor-23183","reason":"its items are marks, this scenario's are task rounds"}
 ],
