# How long an outdated item waits for its refresh, from when it was planned.
# Columns: contender, style, percentile, one_in (1 / (1 - percentile / 100)), delay_s.

chart = 'delay'
here = ARG0[1:strlen(ARG0) - strlen('delay.gp')]
load here.'style.gp'
measure = 'delay_s'
heading = 'Refresh delay by percentile'
abscissa = 'percentile of refreshes'
ordinate = 'delay since the oldest unserved mark (s, logarithmic)'
load here.'curves.gp'
