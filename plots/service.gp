# How long a round trip takes once it is sent: service time, in a closed loop.
# Columns: contender, style, percentile, one_in (1 / (1 - percentile / 100)), service_s.

chart = 'service'
here = ARG0[1:strlen(ARG0) - strlen('service.gp')]
load here.'style.gp'
measure = 'service_s'
heading = 'Service time of a round trip by percentile'
abscissa = 'percentile of round trips'
ordinate = 'from its send to its reply (s, logarithmic)'
load here.'curves.gp'
