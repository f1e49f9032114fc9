# How many commands one item costs the server: a row per contender and command, script-inner calls
# included; marking an item apart from claiming and acknowledging it.
# Columns: contender, style, part ("mark", a command or "total"), server_calls, ..._min, ..._max.

chart = 'operations'
load ARG0[1:strlen(ARG0) - strlen('operations.gp')].'style.gp'

# Rows go down; each contender stands a little off the one above.
array place[1024]
array value[1024]
array start[64]
rows = 0
depth = 0.0
last = 0
row_of(k) = (depth = depth + (k == last ? 1.0 : 1.7), rows = rows + 1, place[rows] = depth, \
    start[k] = (k == last ? start[k] : depth), last = k, rows)
seen = ''
contenders = 0
stats input using (value[row_of(number_of(strcol('contender'), column('style')))] = \
    measured(column('server_calls'), column('server_calls_min'), column('server_calls_max')), 0) \
    nooutput

# The logarithmic axis begins below the smallest count above zero; zeros stand on its left edge.
least = 1e300
most = 0
widen(v) = (least = (v > 0 && v < least ? v : least), most = (v > most ? v : most), v)
stats input using (widen(column('server_calls_min')) + widen(column('server_calls_max'))) nooutput
if (most == 0) { least = 0.1; most = 1 }
low = 10 ** floor(log10(least) - 0.05)
high = 10 ** (log10(most) + 0.1)

width = 900
height = 130 + 19 * depth
heading = 'Server calls per item, by command'
@open_picture

set lmargin at screen 0.03 + room(longest) + room(9)
set rmargin at screen 0.78
set xrange [low:high]
set yrange [depth + 0.8:0.2]
set logscale x
step = log10(high / low) > 5 ? 2 : 1
plain(e) = e < 0 ? sprintf(sprintf('%%.%df', -e), 10.0 ** e) : whole(10 ** e)
set xtics ()
do for [e = int(log10(low) - 0.5):int(log10(high)):step] { set xtics add (plain(e) 10.0 ** e) }
set mxtics 1
set xlabel 'server calls per item refreshed; of a mark: per mark (count, logarithmic)'
set grid noytics
do for [k = 1:contenders] {
    set label name[k] at screen 0.015, first start[k] tc rgb colour(style[k])
    if (k > 1) {
        set arrow from screen 0.015, first start[k] - 0.85 to screen 0.985, first start[k] - 0.85 \
            nohead lc rgb 0xb0b0b0 lw 1
    }
}
do for [i = 1:rows] {
    set label value[i] at screen 0.795, first place[i]
}

at(row) = place[int(row) + 1]
shown(v) = v > low ? v : low
total(v) = strcol('part') eq 'total' ? v : NaN
part(v) = strcol('part') eq 'total' ? NaN : v
spread(v) = column('server_calls_min') < column('server_calls_max') ? v : NaN
calls = "column('server_calls')"
shade = "colour(column('style'))"

plot input using (low):(at($0)):(part(shown(@calls)) - low):(0):(@shade):ytic(strcol('part')) \
        with vectors nohead lw 1 lc rgb variable notitle, \
    '' using (low):(at($0)):(total(shown(@calls)) - low):(0):(@shade):ytic(strcol('part')) \
        with vectors nohead lw 2.5 lc rgb variable notitle, \
    '' using (spread(shown(@calls))):(at($0)):(shown(column('server_calls_min'))) \
        :(shown(column('server_calls_max'))):(@shade) \
        with xerrorbars pt 0 lw 1.5 lc rgb variable notitle, \
    '' using (@calls > 0 ? part(@calls) : NaN):(at($0)):(open(column('style'))):(@shade) \
        with points ps 1.1 pt variable lc rgb variable notitle, \
    '' using (@calls > 0 ? total(@calls) : NaN):(at($0)):(filled(column('style'))):(@shade) \
        with points ps 1.4 pt variable lc rgb variable notitle
