# Counts with their nouns. count-of-… and count-in-… are cases of Russian; English has one form for all.
count-school = { $n } { $n ->
    [one] school
   *[other] schools
}
count-file = { $n } { $n ->
    [one] file
   *[other] files
}
count-sheet = { $n } { $n ->
    [one] sheet
   *[other] sheets
}
count-row = { $n } { $n ->
    [one] row
   *[other] rows
}
count-cell = { $n } { $n ->
    [one] cell
   *[other] cells
}
count-finding = { $n } { $n ->
    [one] finding
   *[other] findings
}
count-error = { $n } { $n ->
    [one] error
   *[other] errors
}
count-warning = { $n } { $n ->
    [one] warning
   *[other] warnings
}
count-note = { $n } { $n ->
    [one] note
   *[other] notes
}
count-pupil = { $n } { $n ->
    [one] pupil
   *[other] pupils
}
count-participant = { $n } { $n ->
    [one] participant
   *[other] participants
}
count-stage = { $n } { $n ->
    [one] stage
   *[other] stages
}
count-municipality = { $n } { $n ->
    [one] municipality
   *[other] municipalities
}
count-indicator = { $n } { $n ->
    [one] indicator
   *[other] indicators
}
count-criterion = { $n } { $n ->
    [one] criterion
   *[other] criteria
}
count-year = { $n } { $n ->
    [one] year
   *[other] years
}
count-table = { $n } { $n ->
    [one] table
   *[other] tables
}
count-column = { $n } { $n ->
    [one] column
   *[other] columns
}
count-run = { $n } { $n ->
    [one] run
   *[other] runs
}
count-list = { $n } { $n ->
    [one] list
   *[other] lists
}
count-adverse-list = { $n } { $n ->
    [one] list by conditions of work
   *[other] lists by conditions of work
}
count-adverse-measure = { $n } { $n ->
    [one] share of the index of conditions
   *[other] shares of the index of conditions
}
count-factor-set = { $n } { $n ->
    [one] set of factors
   *[other] sets of factors
}
count-outcome = { $n } { $n ->
    [one] explained outcome
   *[other] explained outcomes
}
count-left-out = { $n } { $n ->
    [one] condition that leaves schools out
   *[other] conditions that leave schools out
}
count-type = { $n } { $n ->
    [one] type
   *[other] types
}
count-measure = { $n } { $n ->
    [one] measure
   *[other] measures
}
count-mark = { $n } { $n ->
    [one] mark
   *[other] marks
}
count-point = { $n } { $n ->
    [one] point
   *[other] points
}
count-second = { $n } { $n ->
    [one] second
   *[other] seconds
}
count-minute = { $n } { $n ->
    [one] minute
   *[other] minutes
}
count-match = { $n } { $n ->
    [one] match
   *[other] matches
}
count-result = { $n } { $n ->
    [one] result
   *[other] results
}
count-of-school = { $n } { $n ->
    [one] school
   *[other] schools
}
count-of-pupil = { $n } { $n ->
    [one] pupil
   *[other] pupils
}
count-of-participant = { $n } { $n ->
    [one] participant
   *[other] participants
}
count-of-criterion = { $n } { $n ->
    [one] criterion
   *[other] criteria
}
count-of-municipality = { $n } { $n ->
    [one] municipality
   *[other] municipalities
}
count-of-file = { $n } { $n ->
    [one] file
   *[other] files
}
count-in-school = { $n } { $n ->
    [one] school
   *[other] schools
}
count-in-municipality = { $n } { $n ->
    [one] municipality
   *[other] municipalities
}
count-in-file = { $n } { $n ->
    [one] file
   *[other] files
}
count-in-cell = { $n } { $n ->
    [one] cell
   *[other] cells
}
