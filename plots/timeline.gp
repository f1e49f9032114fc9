# What happened over time, contender by contender on its own clock: what was left and in hand, how
# fast it went, how busy Redis was, how many instances were alive. Vertical lines are events.
# Columns: contender, style, t_s, backlog, held, per_s, redis_cpu, alive, wanted, event ("-", or the
# text of one, whose row has no figures).

chart = 'timeline'
load ARG0[1:strlen(ARG0) - strlen('timeline.gp')].'style.gp'

array end_t[64]
array rate_max[64] # each its own: rates differ a thousandfold
array held_max[64]
seen = ''
contenders = 0
backlog_max = 1
cpu_max = 1
alive_max = 1
higher(a, b) = b == b && b > a ? b : a
follow(k, t, backlog, held, rate, cpu, alive) = (end_t[k] = higher(end_t[k], t), \
    backlog_max = higher(backlog_max, backlog), held_max[k] = higher(held_max[k], held), \
    rate_max[k] = higher(rate_max[k], rate), cpu_max = higher(cpu_max, cpu), \
    alive_max = higher(alive_max, alive), k)
do for [k = 1:64] { end_t[k] = 0; rate_max[k] = 1; held_max[k] = 0 }
stats input using (follow(number_of(strcol('contender'), column('style')), column('t_s'), \
    column('backlog'), column('held'), column('per_s'), column('redis_cpu'), column('alive'))) \
    nooutput

columns = contenders == 4 ? 2 : contenders > 2 ? 3 : contenders
rows = (contenders + columns - 1) / columns
strip = 62.0
block = 4 * strip + 108
width = 900
height = 44 + block * rows
heading = 'What happened over time'
@open_picture

array strips = ['backlog', 'per_s', 'redis_cpu', 'alive']
array titles = ['items left; dotted: in hand', 'refreshes per second', 'Redis CPU (cores)', \
    'instances alive']
array tops = [backlog_max, 1, cpu_max, alive_max]

set multiplot
set mxtics 1
of(k, name_of_column) = strcol('contender') eq name[k] ? column(name_of_column) : NaN
event_at(k) = strcol('contender') eq name[k] && strcol('event') ne '-' ? column('t_s') : NaN
across = 0.9 / columns
do for [k = 1:contenders] {
    line = (k - 1) / columns
    tops[1] = higher(backlog_max, held_max[k])
    tops[2] = rate_max[k]
    from = 0.075 + across * 1.02 * ((k - 1) % columns)
    set lmargin at screen from
    set rmargin at screen from + across - 0.05
    set xrange [0:end_t[k] > 0 ? end_t[k] * 1.02 : 1]
    do for [s = 1:4] {
        top = 44 + line * block + 40 + (s - 1) * (strip + 4)
        set tmargin at screen 1 - (top + 14) / height
        set bmargin at screen 1 - (top + strip) / height
        set yrange [0:tops[s] * 1.08]
        set ytics step(tops[s])
        set format y (s == 3 ? '%.0f' : '%.0s%c')
        if (s < 4) { set format x ''; set xlabel '' } else { set format x '%g'; \
            set xlabel 'time since the start (s)' offset 0, 0.4 }
        set xtics step(end_t[k] > 0 ? end_t[k] : 1)
        if (s == 1) { set label 1 name[k] at graph 0, graph 1 offset 0, 1.9 tc rgb \
            colour(style[k]) font ',14' } else { unset label 1 }
        set label 2 titles[s] at graph 0, graph 1 offset 0, 0.55 tc rgb grey font ',11'
        plot input using (column('t_s')):(of(k, strips[s])) with filledcurves y1=0 \
                fs transparent solid 0.1 noborder lc rgb colour(style[k]) notitle, \
            '' using (column('t_s')):(of(k, strips[s])) with lines lw 1.5 \
                lc rgb colour(style[k]) notitle, \
            '' using (column('t_s')):(s == 1 ? of(k, 'held') : s == 4 ? of(k, 'wanted') : NaN) \
                with lines dt 3 lw 1.2 lc rgb grey notitle, \
            '' using (event_at(k)):(0):(0):(tops[s] * 1.08) with vectors nohead dt 2 lw 1.2 \
                lc rgb 0x000000 notitle
        unset label 999
    }
}
unset multiplot
