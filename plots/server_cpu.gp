# What one item costs the server's processor: marking it, claiming and acknowledging it, and both.
# Columns: contender, style, and per_mark_usec, per_item_usec, total_usec with ..._min and ..._max.

chart = 'server_cpu'
load ARG0[1:strlen(ARG0) - strlen('server_cpu.gp')].'style.gp'

least = 1e300
most = 0
widen(v) = (least = (v > 0 && v < least ? v : least), most = (v > most ? v : most), v)
array parts[64]
array cost[64]
k = 0
stats input using (k = k + 1, \
    parts[k] = number(column('per_mark_usec')).' + '.number(column('per_item_usec')), \
    cost[k] = measured(column('total_usec'), column('total_usec_min'), column('total_usec_max')), \
    widen(column('per_mark_usec_min')) + widen(column('per_item_usec_min')) \
        + widen(column('total_usec_max'))) nooutput
if (most == 0) { least = 1; most = 1 }
wide = most > 10 * least
low = wide ? 10 ** (floor(5 * log10(least) - 0.5) / 5.0) : 0
high = wide ? 10 ** (log10(most) + 0.08) : 1.08 * most

width = 900
height = 130 + 34 * contenders
heading = 'Server CPU time per item'
@open_picture

set lmargin at screen 0.03 + room(longest)
set rmargin at screen 0.68
set xrange [low:high]
set yrange [contenders + 0.5:0.5]
if (wide) { set logscale x }
if (wide && high < 300 * low) { @fine_xtics } else { set format x '%g'; set mxtics 1 }
set xlabel 'server CPU time, user and system (µs'.(wide ? ', logarithmic)' : ')') \
    ."\nopen: per mark; filled: per item, claim and acknowledge; cross: both together"
set grid noytics
set ytics scale 0
set label 'mark + item' at screen 0.7, graph 1 offset 0, 0.4 tc rgb grey
set label 'total µs' at screen 0.85, graph 1 offset 0, 0.4 tc rgb grey
do for [k = 1:contenders] {
    set label parts[k] at screen 0.7, first k
    set label cost[k] at screen 0.85, first k
}

shown(v) = v > low ? v : low
some(v) = v > 0 ? v : NaN
shade = "colour(column('style'))"
row = "($0 + 1)"

plot input using (low):@row:(shown(column('total_usec')) - low):(0):(@shade) \
        :ytic(strcol('contender')) with vectors nohead lw 1 lc rgb variable notitle, \
    '' using (some(column('total_usec'))):@row:(shown(column('total_usec_min'))) \
        :(shown(column('total_usec_max'))):(@shade) \
        with xerrorbars pt 0 lw 1.5 lc rgb variable notitle, \
    '' using (some(column('per_mark_usec'))):@row:(open(column('style'))):(@shade) \
        with points ps 1.4 pt variable lc rgb variable notitle, \
    '' using (some(column('per_item_usec'))):@row:(filled(column('style'))):(@shade) \
        with points ps 1.4 pt variable lc rgb variable notitle, \
    '' using (some(column('total_usec'))):@row:(@shade) \
        with points ps 1.8 pt 1 lw 2 lc rgb variable notitle
