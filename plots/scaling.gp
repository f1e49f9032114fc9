# Cost and throughput against the one thing that is varied: a curve per contender, on the left what
# an item costs the server, on the right how many items a second are served.
# Columns: contender, style, what, value, cpu_usec, ..._min, ..._max, per_s, ..._min, ..._max.

chart = 'scaling'
load ARG0[1:strlen(ARG0) - strlen('scaling.gp')].'style.gp'

seen = ''
contenders = 0
varied = 'value'
least = 1e300
most = 0
enter(k, what, v) = (varied = what, least = (v < least ? v : least), \
    most = (v > most ? v : most), k)
stats input using (enter(number_of(strcol('contender'), column('style')), strcol('what'), \
    column('value'))) nooutput

width = 900
height = 420 + 26 * contenders
heading = 'Cost and throughput against the number of '.varied
@open_picture

do for [k = 1:contenders] {
    set label 100 + k name[k] at screen 0.04, screen (10 + 26.0 * (contenders - k + 0.5)) / height \
        offset 1.5, 0 point pt filled(style[k]) ps 1.3 lc rgb colour(style[k])
}

set multiplot
set logscale xy
set xrange [least / 1.3:most * 1.3]
set format x '%.0s%c'
set format y '%.0s%c'
if (most / least <= 128) { set xtics 1, 2 } else { set xtics 1, 10 }
set mxtics 1
set mytics 1
set xlabel varied.' (count, logarithmic)'
set tmargin at screen 1 - 66.0 / height
set bmargin at screen (70.0 + 26 * contenders) / height
array figure = ['cpu_usec', 'per_s']
array title = ['server CPU for one item (µs, logarithmic)', 'items served per second (logarithmic)']
of(k, v) = strcol('contender') eq name[k] ? v : NaN
do for [p = 1:2] {
    set lmargin at screen 0.075 + 0.49 * (p - 1)
    set rmargin at screen 0.485 + 0.49 * (p - 1)
    set label 2 title[p] at graph 0, graph 1 offset 0, 0.8 tc rgb grey
    y = figure[p]
    plot for [k = 1:contenders] input using (of(k, column('value'))):(column(y)) \
            with lines lw 1.5 lc rgb colour(style[k]) notitle, \
        for [k = 1:contenders] '' using (of(k, column('value'))):(column(y)) \
            :(column(y.'_min')):(column(y.'_max')) with yerrorbars ps 1.2 lw 1.2 \
            pt filled(style[k]) lc rgb colour(style[k]) notitle
    unset label
}
unset multiplot
