# Cost against safety: what the server spends on an item, and what one killed instance takes with
# it. Left is cheap, down is safe; who has nobody to the left and below stands on the dashed line.
# Columns: contender, style, cpu_usec, ..._min, ..._max, harm_items, ..._min, ..._max, kills.

chart = 'frontier'
load ARG0[1:strlen(ARG0) - strlen('frontier.gp')].'style.gp'

array cost[64]
array edge[64]
array harm[64]
array known[64]
seen = ''
contenders = 0
worst = 1
cheapest = 1e300
dearest = 0
unmeasured = 0
enter(k, c, low, high, h, most) = (cost[k] = c, edge[k] = (high > c ? high : c), harm[k] = h, \
    known[k] = (h == h), \
    worst = (most > worst ? most : worst), \
    cheapest = (low > 0 && low < cheapest ? low : c > 0 && c < cheapest ? c : cheapest), \
    dearest = (high > dearest ? high : dearest), \
    unmeasured = unmeasured + (h == h ? 0 : 1), k)
stats input using (enter(number_of(strcol('contender'), column('style')), column('cpu_usec'), \
    column('cpu_usec_min'), column('cpu_usec_max'), column('harm_items'), \
    column('harm_items_max'))) nooutput
if (dearest == 0) { cheapest = 0.1; dearest = 1 }

# Zero has a band of its own below the logarithmic axis, and so has what was not measured above it.
top = worst * 2.5
low = cheapest / 1.5
high = dearest * 1.2
width = 900
left = unmeasured > 0 ? 0.17 : 0.11
right = 0.985 - room(longest) # the name of the dearest stands beside the plot
pixel(c) = (right - left) * width * log(c / low) / log(high / low)

# In the band every point, from the cheapest on, lies in the first row in which its name is clear of
# those before it; in that of what was not measured, too.
line = 19.0
array row[64]
array end[128]
rows = 1
lanes = 1
array done[64]
do for [k = 1:64] { done[k] = 0; row[k] = 0 }
do for [j = 1:128] { end[j] = -1e9 }
do for [turn = 1:contenders] {
    k = 0
    do for [j = 1:contenders] {
        if (!done[j] && cost[j] > 0 && (k == 0 || cost[j] < cost[k])) { k = j }
    }
    if (k > 0) {
        done[k] = 1
        if (!known[k] || harm[k] == 0) {
            first = known[k] ? 0 : 64
            r = 1
            while (end[first + r] > pixel(cost[k]) - 12) { r = r + 1 }
            row[k] = r
            end[first + r] = pixel(edge[k]) + 20 + 7.8 * strlen(name[k])
            if (known[k]) { rows = r > rows ? r : rows } else { lanes = r > lanes ? r : lanes }
        }
    }
}

# Heights in pixels.
band = line * (rows + 1)
above = unmeasured > 0 ? line * (lanes + 1) : 0
decades = log10(top / 0.72)
scale = 250.0 / decades # pixels of a decade
height = 60 + above + scale * decades + band + 72
down(v, pixels) = v / 10 ** (pixels / scale)
bottom = down(0.72, band)
ceiling = down(top, -above)
none = down(0.72, band / 2)
unknown = down(top, -above / 2)
heading = 'Cost against safety'
@open_picture

set lmargin at screen left
set rmargin at screen right
set bmargin at screen 62.0 / height
set tmargin at screen 1 - 60.0 / height
set logscale xy
set xrange [low:high]
set yrange [bottom:ceiling]
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
    set object 2 rect from graph 0, first top to graph 1, graph 1 behind \
        fc rgb 0xe0e0e0 fs solid 0.35 noborder
}
set object 1 rect from graph 0, graph 0 to graph 1, first 0.72 behind \
    fc rgb 0x31a2ab fs transparent solid 0.13 noborder
unset key

# The frontier: from the cheapest on, each that is safer than all before it.
shown(k, h) = h > 0 ? h : harm[k] == 0 ? down(0.72, line * row[k]) : none
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

# A name stands to the right of its point; above the band it is lifted clear of points and names
# that are in its way, from the cheapest on.
array lift[64]
array named[64]
do for [k = 1:64] { lift[k] = 0; named[k] = 0 }
drawn(k) = known[k] && harm[k] > 0 && cost[k] > 0
y_of(k) = scale * log10(harm[k])
ends_at(k) = pixel(edge[k]) + 28 + 7.8 * strlen(name[k])
on_point(k, j) = j != k && drawn(j) && pixel(cost[j]) >= pixel(cost[k]) && \
    pixel(cost[j]) < ends_at(k) && abs(y_of(k) + lift[k] - y_of(j)) < 15
on_name(k, j) = named[j] && pixel(cost[k]) < ends_at(j) && pixel(cost[j]) < ends_at(k) && \
    abs(y_of(k) + lift[k] - y_of(j) - lift[j]) < 15
do for [turn = 1:contenders] {
    k = 0
    do for [j = 1:contenders] {
        if (drawn(j) && !named[j] && (k == 0 || cost[j] < cost[k])) { k = j }
    }
    clash = k > 0
    while (clash) {
        clash = 0
        do for [j = 1:contenders] { if (on_point(k, j) || on_name(k, j)) { clash = 1 } }
        if (clash) { lift[k] = lift[k] + line }
    }
    if (k > 0) { named[k] = 1 }
}
do for [k = 1:contenders] {
    if (cost[k] > 0) {
        set label 100 + k name[k] at edge[k], \
            down(known[k] ? shown(k, harm[k]) : down(ceiling, line * row[k]), -lift[k]) \
            offset 2, 0 front
    }
}

# A row is its contender's, in order. What a column holds that is not known may not be asked for.
x(k) = int($0) + 1 == k ? column('cpu_usec') : NaN
y(k) = int($0) + 1 == k ? (known[k] ? shown(k, harm[k]) : down(ceiling, line * row[k])) : NaN
killed(k) = known[k] ? y(k) : NaN
wide(k) = column('cpu_usec_max') > column('cpu_usec_min') ? y(k) : NaN
from(v) = v > low ? v : low
plot for [k = 1:contenders] input using (x(k)):(killed(k)):(shown(k, column('harm_items_min'))) \
        :(shown(k, column('harm_items_max'))) with yerrorbars pt 0 lw 1.5 lc rgb colour(style[k]) \
        notitle, \
    for [k = 1:contenders] '' using (x(k)):(wide(k)):(from(column('cpu_usec_min'))) \
        :(column('cpu_usec_max')) with xerrorbars pt 0 lw 1.5 lc rgb colour(style[k]) notitle, \
    for [k = 1:contenders] '' using (x(k)):(y(k)) with points pt filled(style[k]) ps 1.5 \
        lc rgb colour(style[k]) notitle
