# Published figures beside what was measured: a line per figure from the one to the other. Ratios,
# so that figures of every unit share an axis; 1 is as published, and the band is where it holds.
# Columns: contender, style, figure, published_low, published_high, measured, verdict.

chart = 'published'
load ARG0[1:strlen(ARG0) - strlen('published.gp')].'style.gp'

rows = 0
array ratio[256]
array words[256]
array whose[256]
array title[256]
widest = 0
least = 0.5
most = 2
# Within the published range the ratio is 1; 0 published has no ratio but to itself.
over(low, high, v) = v >= low && v <= high ? 1 : v > high ? (high > 0 ? v / high : 1e300) : v / low
enter(s, figure, r, verdict) = (rows = rows + 1, ratio[rows] = r, whose[rows] = s, \
    title[rows] = figure, words[rows] = verdict, \
    widest = (strlen(figure) > widest ? strlen(figure) : widest), \
    least = (r > 0 && r < least ? r : least), most = (r < 1e12 && r > most ? r : most), rows)
stats input using (enter(column('style'), strcol('contender').': '.strcol('figure'), \
    over(column('published_low'), column('published_high'), column('measured')), \
    strcol('verdict'))) nooutput

width = 900
height = 128 + 20 * rows
heading = 'Measured over published'
@open_picture

left = 0.03 + room(widest) * 0.92
set lmargin at screen left
set rmargin at screen 0.86
set bmargin at screen 56.0 / height
set tmargin at screen 1 - 52.0 / height
set logscale x
set xrange [least / 2:most * 2]
set format x '%g'
set xtics 10 ** (int(log10(most / least) / 6) + 1)
set mxtics 1
set yrange [rows + 0.7:0.3]
unset ytics
set grid noytics
set xlabel 'measured over published (ratio, logarithmic)'
set object 1 rect from first 0.9, graph 0 to first 1.1, graph 1 behind \
    fc rgb 0x31a2ab fs transparent solid 0.2 noborder
set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead lc rgb grey lw 1
drawn(r) = r > most * 1.5 ? most * 1.5 : r > 0 ? r : least / 1.5
do for [i = 1:rows] {
    set label title[i] at graph 0, first i right offset -1, 0 tc rgb grey
    set label words[i] at screen 0.875, first i
    set arrow from first 1, first i to first drawn(ratio[i]), first i nohead \
        lc rgb colour(whose[i]) lw 1.5
}
shade = "colour(column('style'))"
plot input using (drawn(ratio[int($0) + 1])):(int($0) + 1):(filled(column('style'))):(@shade) \
    with points ps 1.2 pt variable lc rgb variable notitle
