# Cost against safety: what the server spends on an item, and what one killed instance takes with
# it. Left is cheap, down is safe; who has nobody to the left and below stands on the dashed line.
# Columns: contender, style, cpu_usec, ..._min, ..._max, harm_items, ..._min, ..._max, kills.

chart = 'frontier'
load ARG0[1:strlen(ARG0) - strlen('frontier.gp')].'style.gp'

array cost[64]
array harm[64]
array known[64]
seen = ''
contenders = 0
worst = 1
cheapest = 1e300
dearest = 0
unmeasured = 0
enter(k, c, low, high, h, most) = (cost[k] = c, harm[k] = h, known[k] = (h == h), \
    worst = (most > worst ? most : worst), \
    cheapest = (low > 0 && low < cheapest ? low : c > 0 && c < cheapest ? c : cheapest), \
    dearest = (high > dearest ? high : dearest), \
    unmeasured = unmeasured + (h == h ? 0 : 1), k)
stats input using (enter(number_of(strcol('contender'), column('style')), column('cpu_usec'), \
    column('cpu_usec_min'), column('cpu_usec_max'), column('harm_items'), \
    column('harm_items_max'))) nooutput
if (dearest == 0) { cheapest = 0.1; dearest = 1 }

# Zero has a band of its own below the logarithmic axis, and so has what was not measured above it.
# In the band those of similar cost lie in rows below each other, so that none hides another.
none = 0.14
rows = 6
array row[64]
do for [k = 1:contenders] {
    before = 0
    do for [j = 1:contenders] {
        if (harm[j] == 0 && (cost[j] < cost[k] || cost[j] == cost[k] && j < k)) {
            before = before + 1
        }
    }
    row[k] = 0.5 * 0.6 ** (before % rows)
}
top = worst * 2.5
unknown = top * 2.2
low = cheapest / 1.7
high = dearest * 1.7

width = 900
height = 520 > key_height ? 520 : key_height
heading = 'Cost against safety'
@open_picture

set lmargin at screen 0.11
set rmargin at screen 0.9 - room(longest)
set bmargin at screen 62.0 / height
set logscale xy
set xrange [low:high]
set yrange [0.025:(unmeasured > 0 ? unknown * 2 : top)]
set format x '%g'
if (high < 1000 * low) { @fine_xtics }
set mxtics 1
set ytics ('0' none)
do for [e = 0:7] { if (10 ** e < top) { set ytics add (sprintf('%g', 10 ** e) 10 ** e) } }
if (unmeasured > 0) { set ytics add ('not measured' unknown) }
set xlabel 'server CPU for one item: mark + claim + acknowledge (µs, logarithmic)'
set label 901 'items lost or stranded by one kill (logarithmic)' at screen 0.025, graph 0.5 \
    center rotate
if (unmeasured > 0) {
    set lmargin at screen 0.17
    set object 2 rect from graph 0, first top to graph 1, graph 1 behind \
        fc rgb 0xe0e0e0 fs solid 0.35 noborder
}
set object 1 rect from graph 0, graph 0 to graph 1, first 0.72 behind \
    fc rgb 0x31a2ab fs transparent solid 0.13 noborder
@open_key

# The frontier: from the cheapest on, each that is safer than all before it.
shown(k, h) = h > none ? h : (harm[k] == 0 ? row[k] : none)
beaten(k, j) = cost[j] < cost[k] && harm[j] <= harm[k] || cost[j] == cost[k] && harm[j] < harm[k]
array on[64]
do for [k = 1:contenders] {
    on[k] = known[k] && cost[k] == cost[k]
    do for [j = 1:contenders] { if (known[j] && beaten(k, j)) { on[k] = 0 } }
}
do for [k = 1:contenders] {
    next = 0
    do for [j = 1:contenders] {
        if (on[k] && on[j] && cost[j] > cost[k] && (next == 0 || cost[j] < cost[next])) { next = j }
    }
    if (next > 0) {
        set arrow from cost[k], shown(k, harm[k]) to cost[next], shown(k, harm[k]) nohead \
            lc rgb 0xb0b0b0 dt 2 lw 1.5
        set arrow from cost[next], shown(k, harm[k]) to cost[next], shown(next, harm[next]) nohead \
            lc rgb 0xb0b0b0 dt 2 lw 1.5
    }
}

# A row is its contender's, in order. What a column holds that is not known may not be asked for.
x(k) = int($0) + 1 == k ? column('cpu_usec') : NaN
y(k) = int($0) + 1 == k ? (known[k] ? shown(k, harm[k]) : unknown) : NaN
killed(k) = known[k] ? y(k) : NaN
wide(k) = column('cpu_usec_max') > column('cpu_usec_min') ? y(k) : NaN
from(v) = v > low ? v : low
plot for [k = 1:contenders] input using (x(k)):(killed(k)):(shown(k, column('harm_items_min'))) \
        :(shown(k, column('harm_items_max'))) with yerrorbars pt 0 lw 1.5 lc rgb colour(style[k]) \
        notitle, \
    for [k = 1:contenders] '' using (x(k)):(wide(k)):(from(column('cpu_usec_min'))) \
        :(column('cpu_usec_max')) with xerrorbars pt 0 lw 1.5 lc rgb colour(style[k]) notitle, \
    for [k = 1:contenders] '' using (x(k)):(y(k)) with points pt filled(style[k]) ps 1.7 \
        lc rgb colour(style[k]) notitle
