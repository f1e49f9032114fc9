# What is left over time: a panel per contender, all with the same axes; a line per repeat.
# Columns: contender, style, repeat, t_s, backlog, held, done.

chart = 'progress'
load ARG0[1:strlen(ARG0) - strlen('progress.gp')].'style.gp'

array end_t[64]
most = 1
latest = 0
repeats = 1
seen = ''
contenders = 0
follow(k, again, t, backlog) = (end_t[k] = t, most = (backlog > most ? backlog : most), \
    latest = (t > latest ? t : latest), repeats = (again > repeats ? again : repeats), k)
stats input using (follow(number_of(strcol('contender'), column('style')), \
    int(column('repeat')), column('t_s'), column('backlog'))) nooutput

# Durations that differ a hundredfold share an axis only if it is logarithmic.
briefest = latest
do for [k = 1:contenders] { briefest = end_t[k] > 0 && end_t[k] < briefest ? end_t[k] : briefest }
wide = latest > 100 * briefest
from = wide ? briefest / 3.0 : 0

columns = contenders > 1 ? 2 : 1
panels = (contenders + columns - 1) / columns
width = 900
pitch = 172.0
height = 100 + pitch * panels
heading = 'Items left over time'
@open_picture

set multiplot
set yrange [0:most * 1.05]
set format y '%.0s%c'
set ytics step(most)
if (wide) {
    set logscale x
    set format x '%g'
    set xrange [from:latest * 1.1]
} else {
    set xrange [0:latest > 0 ? latest * 1.02 : 1]
}
set mxtics 1

# What a contender came to, in words above its curve: the range over the repeats.
is_of(k, again) = strcol('contender') eq name[k] && int(column('repeat')) == again
left_after(k, again, t, backlog) = is_of(k, again) \
    ? (left_over = backlog, end = (backlog == 0 && empty ? end : t), empty = backlog == 0) : 0
outcome(few, many, soon, late) = (many == 0 ? 'none' \
    : few == many ? whole(few) : whole(few).'–'.whole(many)).' left after ' \
    .(number(soon) eq number(late) ? number(soon) : number(soon).'–'.number(late)).' s'

shown(t) = t > from ? t : from
backlog(k, again) = is_of(k, again) ? column('backlog') : NaN
panel = pitch / height
time_axis = 'time since the start (s'.(wide ? ', logarithmic)' : ')')

do for [k = 1:contenders] {
    few = 1e300; many = 0; soon = 1e300; late = 0
    do for [again = 1:repeats] {
        left_over = -1; end = 0; empty = 0
        stats input using (left_after(k, again, column('t_s'), column('backlog'))) nooutput
        if (left_over >= 0) {
            few = left_over < few ? left_over : few; many = left_over > many ? left_over : many
            soon = end < soon ? end : soon; late = end > late ? end : late
        }
    }
    across = (k - 1) % columns
    top = 1 - 50.0 / height - panel * ((k - 1) / columns)
    set lmargin at screen 0.08 + 0.48 * across
    set rmargin at screen columns == 1 ? 0.96 : 0.48 + 0.48 * across
    set tmargin at screen top - 40.0 / height
    set bmargin at screen top - panel + 38.0 / height
    set label 1 name[k] at graph 0, graph 1 offset 0, 1.6 left tc rgb colour(style[k])
    set label 2 outcome(few, many, soon, late) at graph 0, graph 1 offset 0, 0.6 left tc rgb grey
    set xlabel (k + columns > contenders ? time_axis : '')
    set ylabel (across == 0 ? 'items left' : '')
    plot for [again = 1:repeats] input using (shown(column('t_s'))):(backlog(k, again)) \
            with filledcurves y1=0 fs transparent solid 0.1 noborder lc rgb colour(style[k]) \
            notitle, \
        for [again = 1:repeats] '' using (shown(column('t_s'))):(backlog(k, again)) \
            with lines lw 1.5 lc rgb colour(style[k]) notitle
    unset label 999
}
unset multiplot
