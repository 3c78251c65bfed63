# Counts with their nouns.
count-school = { $n } { $n ->
    [one] school
   *[other] schools
}
