# What comes of an instance that is broken at every command of its protocol, in every phase: the
# protocol goes from left to right, a column per command or refresh, worker and upkeep apart.
# Columns: contender, style (of the outcome), role, step, nth, command, phase, outcome, redundant,
# recovery_s.

chart = 'sweep'
load ARG0[1:strlen(ARG0) - strlen('sweep.gp')].'style.gp'

array outcome = ['once', 'redundant', 'stranded', 'lost', 'unfinished']
array shade = [0x31a2ab, 0x295ada, 0xd58000, 0x000000, 0x7f4300]
array mark = [6, 7, 9, 5, 12]
array size_of = [1.2, 1.2, 1.5, 1.5, 1.4]
array meaning = ['every item refreshed once', 'refreshed, some more than once', \
    'held, and nobody will move it', 'in no structure, and not refreshed', \
    'would be found, but was not in time']
array count = [0, 0, 0, 0, 0]

# Rows go down as a command goes on, and then as a refresh does.
array phases = ['before it is sent', 'half sent', 'executed, reply unread', 'after the reply', \
    'before the effect', 'after the effect']
array row = [1, 2, 3, 4, 5.4, 6.4]
row_of(phase) = phase eq phases[1] ? row[1] : phase eq phases[2] ? row[2] : phase eq phases[3] \
    ? row[3] : phase eq phases[4] ? row[4] : phase eq phases[5] ? row[5] : row[6]

# The columns, upkeep behind the worker; at most 1024.
array place[1024]
array title[1024]
columns = 0
workers = 0
longest = 0
gap = 1.2
before = -1
higher(a, b) = a > b ? a : b
place_of(role, step) = step + (role eq 'worker' || workers == 0 ? 0 : workers + gap)
note(here, text) = (columns = columns + (here != before), before = here, place[columns] = here, \
    title[columns] = text, longest = higher(longest, strlen(text)))
stats input using (workers = higher(workers, strcol('role') eq 'worker' ? column('step') : 0)) \
    nooutput
stats input using (note(place_of(strcol('role'), column('step')), \
    strcol('nth').' '.strcol('command')), \
    count[1 + column('style')] = count[1 + column('style')] + 1) nooutput
end = columns > 0 ? place[columns] : 1
kinds = 0
do for [k = 1:5] { kinds = kinds + (count[k] > 0) }

# In pixels, so that a long protocol makes a wide picture and not a dense one.
left = 195.0
pitch = end < 10 ? 48 : 30
across = pitch * (end + 0.2)
top = 84.0
down = 24 * 7.0
below = 32 + 8.4 * longest
line = 22.0
width = higher(680, left + across + 25)
height = top + down + below + line * kinds + 16
heading = 'Broken at every point of the protocol'
@open_picture

set lmargin at screen left / width
set rmargin at screen (left + across) / width
set tmargin at screen 1 - top / height
set bmargin at screen 1 - (top + down) / height
set xrange [0.4:end + 0.6]
set yrange [7:0.4]
set xtics () rotate by 90 right scale 0
set ytics () scale 0
do for [k = 1:columns] { set xtics add (title[k] place[k]) }
do for [k = 1:6] { set ytics add (phases[k] row[k]) }
if (workers > 0) {
    set label 'worker' at first 0.6, screen 1 - (top - 12) / height tc rgb grey
}
if (end > workers) {
    set label 'upkeep' at first 0.6 + (workers > 0 ? workers + gap : 0), \
        screen 1 - (top - 12) / height tc rgb grey
}
set arrow from graph 0, first 4.7 to graph 1, first 4.7 nohead lc rgb 0xb0b0b0 lw 1

# The outcomes that there are, each with its number of points.
from_top = top + down + below
do for [k = 1:5] {
    if (count[k] > 0) {
        set label sprintf('%d %s: %s', count[k], outcome[k], meaning[k]) \
            at screen left / width, screen 1 - from_top / height offset 2, 0 \
            point pt mark[k] ps size_of[k] lc rgb shade[k]
        from_top = from_top + line
    }
}

plot for [k = 1:5] input \
    using (column('style') == k - 1 ? place_of(strcol('role'), column('step')) : NaN) \
        :(row_of(strcol('phase'))) \
    with points pt mark[k] ps size_of[k] lc rgb shade[k] notitle
