# A curve of percentiles per contender, from the median to the rarest, which ends where fewer than
# 10 samples remain. Loaded by a chart that has set `measure` (its column), `heading`, `abscissa`
# and `ordinate`; the other columns are contender, style, percentile and one_in
# (1 / (1 - percentile / 100)).

array end_x[64]
array end_y[64]
seen = ''
contenders = 0
rarest = 2
ends(k, x, y) = (end_x[k] = x, end_y[k] = y, rarest = (x > rarest ? x : rarest), k)
stats input using (ends(number_of(strcol('contender'), column('style')), column('one_in'), \
    column(measure))) nooutput

width = 900
height = 520 > key_height ? 520 : key_height
@open_picture

set lmargin at screen 0.12
set rmargin at screen 0.9 - room(longest)
set logscale xy
set xrange [1:rarest * 1.2]
set xtics ('50 %%' 2, '90 %%' 10, '99 %%' 100, '99.9 %%' 1e3, '99.99 %%' 1e4, \
    '99.999 %%' 1e5, '99.9999 %%' 1e6, '99.99999 %%' 1e7)
set format y '%.0s %cs'
set mytics 1
set xlabel abscissa.'; a curve ends where fewer than 10 samples remain'
set ylabel ordinate

# Names in the order in which the curves end, so that a name is found beside its line.
unset key
do for [k = 1:contenders] {
    above = 1
    do for [j = 1:contenders] {
        if (end_y[j] > end_y[k] || end_y[j] == end_y[k] && j < k) { above = above + 1 }
    }
    set label 100 + k name[k] at screen @key_x, screen 1 - (66 + 24.0 * above) / height \
        offset 1.5, 0 point pt filled(style[k]) ps 1.3 lc rgb colour(style[k])
    set label at end_x[k], end_y[k] point pt filled(style[k]) ps 1.2 lc rgb colour(style[k])
}

# Points stand at the labelled percentiles from 90 % on.
of(k) = strcol('contender') eq name[k] ? column(measure) : NaN
decade(x) = x > 5 && abs(log10(x) - floor(log10(x) + 0.5)) < 1e-4
plot for [k = 1:contenders] input using (column('one_in')):(of(k)) \
        with lines lw 2 lc rgb colour(style[k]) notitle, \
    for [k = 1:contenders] '' using (decade(column('one_in')) ? column('one_in') : NaN):(of(k)) \
        with points ps 1.2 lc rgb colour(style[k]) pt open(style[k]) notitle
