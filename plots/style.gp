# What the charts have in common; each of them loads this file first.
#
#   gnuplot -e "input='operations.tsv'; output='operations.svg'; format='svg'" plots/operations.gp
#
# input     a table with a header row; default: the sample beside the script
# output    the picture; default: <chart>.<format> in the current directory
# format    svg (default) or png
# workload  what was run, in a few words; default: none
#
# A contender keeps its colour and its point in all charts: both follow from its `style`, a number.
# The colours have a contrast of 3:1 on white and stay apart for colour-blind readers.

if (!exists("format")) format = 'svg'
if (!exists("input")) input = ARG0[1:strlen(ARG0) - strlen('style.gp')].'sample/'.chart.'.tsv'
if (!exists("output")) output = chart.'.'.format
if (!exists("workload")) workload = ''

set encoding utf8
set micro
set datafile separator tab
set datafile columnheaders

array colours[8] = [0x000000, 0x295ada, 0xd58000, 0x62236f, 0x31a2ab, 0x7f4300, 0x90985f, 0x2d523e]
colour(style) = colours[int(style) % 8 + 1]
filled(style) = 5 + 2 * (int(style) / 8 % 6) # square, circle, triangles, diamond, pentagon
open(style) = filled(style) - 1
grey = 0x606060

# Numbers as people write them: three digits, no exponent.
decimals(v) = v >= 100 ? 0 : v >= 10 ? 1 : v >= 1 ? 2 : int(ceil(-log10(v))) + 1
whole(n) = n < 1000 ? sprintf('%d', n) : whole(floor(n / 1000.0)).sprintf(',%03d', int(n) % 1000)
number(v) = v != v ? '–' : v == 0 ? '0' : sprintf(sprintf('%%.%df', decimals(abs(v))), v)
measured(v, low, high) = number(low) eq number(high) ? number(v) \
    : sprintf('%s  (%s–%s)', number(v), number(low), number(high))

# The contenders in order of appearance, at most 64: name[1..contenders], style[1..contenders].
array name[64]
array style[64]
contenders = 0
longest = 0
seen = ''
number_of(contender, its_style) = contender eq seen ? contenders : (seen = contender, \
    contenders = contenders + 1, name[contenders] = contender, style[contenders] = its_style, \
    longest = (strlen(contender) > longest ? strlen(contender) : longest), contenders)
stats input using (number_of(strcol('contender'), column('style'))) nooutput
room(characters) = characters * 7.8 / width # share of the picture that a text takes

# The macro `open_picture` expects width and height (pixels) and heading.
open_picture = "\
    if (format eq 'png') { \
        set terminal pngcairo noenhanced font 'sans-serif,12' size 2 * width, 2 * height \
            fontscale 1.7 linewidth 2 pointscale 2 background rgb 'white'; \
    } else { \
        set terminal svg noenhanced font 'sans-serif,13' size width, height dynamic \
            background rgb 'white'; \
    }; \
    set output output; \
    set label 999 heading.(workload eq '' ? '' : '  (' . workload . ')') font ',15' \
        at screen 0.015, screen 1 offset 0, -1.4; \
    set tmargin 4"

# Between one and five ticks up to v, at round numbers.
decade(v) = 10 ** floor(log10(v))
step(v) = v / decade(v) < 2 ? decade(v) : v / decade(v) < 5 ? 2 * decade(v) : 5 * decade(v)

# Where the contenders stand with their points, beside a plot; `key_height` pixels are all that it
# takes.
key_x = "(0.93 - room(longest))"
key_height = 150 + 24 * contenders

# Ticks of a logarithmic axis that spans one or two decades only: 1, 2, 5, 10 ...
fine_xtics = "\
    set xtics (1); \
    do for [e = -9:9] { do for [m in '1 2 5'] { \
        set xtics add (sprintf('%g', m * 10.0 ** e) m * 10.0 ** e) } }"

set border 0 lc rgb grey
set tics nomirror scale 0.5
set grid lc rgb 0xe0e0e0 lt 1 lw 1
