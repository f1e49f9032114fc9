# Who did the work: a point per instance, at its part of the work over a fair part; 1 is fair.
# Columns: contender, style, instance, refreshes, share (over a fair one), idle_s (with work left),
# jain (1: all did the same).

chart = 'shares'
load ARG0[1:strlen(ARG0) - strlen('shares.gp')].'style.gp'

array fairness[64]
array idle[64]
array members[64]
seen = ''
contenders = 0
most = 1
enter(k, share, idle_s, jain) = (fairness[k] = jain, \
    idle[k] = (idle[k] > idle_s ? idle[k] : idle_s), members[k] = members[k] + 1, \
    most = (share > most ? share : most), k)
do for [k = 1:64] { idle[k] = 0; members[k] = 0 }
stats input using (enter(number_of(strcol('contender'), column('style')), column('share'), \
    column('idle_s'), column('jain'))) nooutput

width = 900
height = 118 + 30 * contenders
heading = 'Work of each instance over a fair share'
@open_picture

set lmargin at screen 0.03 + room(longest)
set rmargin at screen 0.74
set bmargin at screen 58.0 / height
set tmargin at screen 1 - 60.0 / height
set xrange [-0.04 * most:most * 1.06]
set yrange [contenders + 0.6:0.4]
set ytics () scale 0
set xlabel 'refreshes of the instance over the mean of all instances (ratio)'
set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead dt 2 lc rgb grey lw 1.5
set label 900 'Jain index' at screen 0.76, screen 1 - 46.0 / height tc rgb grey
set label 901 'idle with a backlog' at screen 0.99, screen 1 - 46.0 / height right tc rgb grey
do for [k = 1:contenders] {
    set ytics add (name[k] k)
    set label sprintf('%.3f', fairness[k]) at screen 0.76, first k
    set label number(idle[k]).' s at most' at screen 0.99, first k right
}
row(k) = strcol('contender') eq name[k] ? k : NaN
# Instances that did the same are drawn a little apart, from top to bottom by their numbers.
apart(k) = members[k] > 1 ? 0.5 * (column('instance') / (members[k] - 1.0) - 0.5) : 0
plot for [k = 1:contenders] input using (column('share')):(row(k) + apart(k)) with points \
    pt filled(style[k]) ps 1.1 lc rgb colour(style[k]) notitle
