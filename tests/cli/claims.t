# A mistake in the ids is a line; --quick and --only mean nothing elsewhere.
$ dibs claims --only retrise 2>&1 | cut -c1-80
dibs: --only: no claim is called 'retrise'; did you mean "retries"?

$ dibs run quick --only retries
dibs: --only means nothing to 'run'
[2]

$ dibs claims --max-time 0s
dibs: --max-time: a duration (90s, 15min) would be right
[2]

$ dibs claims --max-time soon
dibs: --max-time: a duration (90s, 15min) would be right
[2]

# Counts of lockstep runs are exact, so that this table is, too.
$ dibs claims --quick --quiet --only any-number,ids-need-statefulset,retries,entry-format --out out
What the documents state, and what was measured, at a smaller size
claim, its lines      what it says [unit]                    published       measured  verdict
retries j155 j221     A job is tried again up to 3                   3             15  does not hold
j226 j156 j105        times (the plan gives two such
                      limits, and they multiply)
                      [attempts after the first of a
                      job that fails]
ids-need-statefulset  Instance ids work in nothing but     StatefulSet                 holds
s16 s71 f329          a StatefulSet [items left, or        only (>= 1)
                      redundant refreshes]
                        Deployment                                                390  holds
                        compose                                                   390  holds
any-number f110 f142  Any number of instances does,            any (0)                 holds
s142                  without configuration [items
                      left, and redundant refreshes]
                        1 instance                                                  0  holds
                        5 instances                                                 0  holds
                        20 instances                                                0  holds
entry-format s172     An entry shows item, vendor,              stated              -  not testable
f228                  instance and time
2 holds, 1 does not hold, 0 depends, 0 not measured, 1 not testable.
Documents (letter and line): s solution-comparison, f final-summary, i instance-id-summary,
d deckard-housekeeper, j job-queue-plan.
entry-format: not testable: a format; the contender writes it as published, and its completions
  find it by that

Measured by (./dibs claims --quick --only CLAIM measures one again, and judges it)
  ./dibs run quick --contender instance-id --seed 1 --repeat 1 --set cycles=4 --set mode=lockstep --set deployment=deployment --set items=250
      ids-need-statefulset
  ./dibs run quick --contender instance-id --seed 1 --repeat 1 --set cycles=4 --set mode=lockstep --set deployment=compose --set items=250
      ids-need-statefulset
  ./dibs run quick --contender claim-drained --seed 1 --repeat 1 --set instances=1 --set cycles=2 --set mode=lockstep --set items=250
      any-number
  ./dibs run quick --contender claim-drained --seed 1 --repeat 1 --set cycles=4 --set mode=lockstep --set items=250
      any-number
  ./dibs run quick --contender claim-drained --seed 1 --repeat 1 --set instances=20 --set cycles=2 --set mode=lockstep --set items=250
      any-number
  ./dibs run long-jobs --contender job-queue --seed 1 --repeat 1 --set items=50 --set cycles=120 --set time_scale=1 --set mode=lockstep --set refresh.statement=25ms --set refresh.failures=1
      retries

out/claims.csv
out/claims.json
out/claims.md
out/report.html

$ head -n 1 out/claims.csv
id,document,line,claim,published,published_high,unit,is,tolerance,verdict,when,expected_low,expected_high,measured,measured_low,measured_high,repeats,setting_verdict,scenario,contender,seed,command,why
