# Types of schools, peers, courses: tables, words, findings; what `rsoko cluster` and `rsoko peers` print.

table-cluster_type = Types of schools: names and stability
table-cluster_outside = Types of schools on other figures
table-cluster_choice = How many types, and why
table-cluster_pair = Consensus of resamples by pairs of schools
table-cluster_consensus = How often schools of types fall together in resamples
table-cluster_agreement = Agreement of methods and years
table-cluster_transition = Schools that changed their type
table-cluster_loading = What the axes of the map are made of
table-peer = Schools in similar conditions
table-peer_place = Place among schools in similar conditions
table-outcome_type = Course of results over three years
column-cluster-next_cluster = Next nearest type
column-cluster-membership = Probability of the type
column-cluster-together = Together with its type in resamples
column-cluster-standing = Standing in the type
column-cluster-band = Stability of the type
column-cluster-measures_replaced = Measures replaced
column-cluster-map_x = First axis of the map
column-cluster-map_y = Second axis of the map
column-cluster_type-name_ru = Name in Russian
column-cluster_type-name_en = Name
column-cluster_type-name_source = Source of the name
column-cluster_type-municipalities = Municipalities
column-cluster_type-jaccard = Similarity with itself in resamples
column-cluster_type-dissolved = Share of resamples where it dissolved
column-cluster_type-band = Stability
column-cluster_type-cluster_before = Type in the year before
column-cluster_profile-size = Difference in words
column-cluster_outside-mean = Mean of the type
column-cluster_outside-others_mean = Mean of the other schools
column-method = Method
column-cluster_quality-gap = Gap statistic
column-cluster_quality-gap_error = Its error
column-cluster_quality-bic = BIC
column-cluster_quality-structure = Structure of covariances
column-cluster_choice-ground = Why
column-cluster_choice-by_gap = By the gap statistic
column-cluster_choice-by_silhouette = By the silhouette
column-cluster_choice-by_calinski_harabasz = By Calinski–Harabasz
column-cluster_choice-by_bic = By BIC
column-cluster_choice-ambiguous = Share of unclear pairs of schools
column-cluster_choice-left_out = Schools without a type
column-cluster_consensus-with_cluster = With type
column-cluster_consensus-together = Fall together
column-cluster_pair-with_school = Code of the other school
column-cluster_pair-drawn = Resamples with both schools
column-cluster_pair-together = Fall together
column-cluster_agreement-other = Compared with
column-cluster_agreement-adjusted_rand = Adjusted Rand index
column-cluster_transition-cluster_before = Type in the year before
column-cluster_transition-moved = Moved
column-cluster_transition-probability = Probability that the move is real
column-cluster_loading-component = Axis
column-cluster_loading-loading = Part of the measure
column-cluster_loading-share = Share of the differences that it shows
column-peer-position = By nearness
column-peer-peer_id = Code of the similar school
column-peer-distance = Difference of conditions
column-peer_place-peers_mean = Mean of similar schools
column-peer_place-rank = Place
column-peer_place-rank_low = Place: lower end
column-peer_place-rank_high = Place: upper end
column-peer_place-compared = Schools compared
column-peer_place-better = Probability that the school is better
column-outcome_type-course = Course of results
column-outcome_type-first = First year
column-outcome_type-last = Last year
column-outcome_type-change = Change
column-outcome_type-change_low = Change: lower end
column-outcome_type-change_high = Change: upper end
column-outcome_type-years_known = Years with results
report-sheet-types = Types of schools
    .title = Types of schools: groups of schools in similar conditions. “Unstable” and “dissolves”: do not lean on the type
column-type_name = Name of the type
column-type_band = Stability of the type
column-type_standing = Place in the type
column-type_share = Probability of the type
column-type_next = Next type
why-cluster = { $year }: type { $cluster } (“{ $name }”)
why-cluster-band = the type is { $band }
why-cluster-unstable = the type is { $band }: do not lean on it, compare with schools in similar conditions (rsoko peers)
why-cluster-border = the school lies at a border, next type { $next }
why-cluster-share = probability of the type { $share }
why-cluster-moved = another type a year before; probability that the move is real: { $share }
why-cluster-unknown = { $year }: no type, not all measures of conditions are known
why-cluster-none = { $year }: the schools do not fall into groups; whom to compare with: rsoko peers
word-typical = typical
word-ordinary = ordinary
word-borderline = borderline
word-highly_stable = highly stable
word-stable = stable
word-pattern = a pattern
word-unstable = unstable
word-dissolved = dissolves
word-much_less = much less
word-less = less
word-near = near the mean
word-greater = more
word-much_greater = much more
word-declared = declared
word-proposed = proposed
word-silhouette_and_gap = largest silhouette, the gap statistic agrees
word-gap_and_bic = the gap statistic and BIC agree
word-silhouette_largest = largest silhouette
word-gap_one = no groups: by the gap statistic one group is as good as several
word-weak_silhouette = no groups: the mean silhouette is below 0.25
word-dissolves = no groups: they dissolve in resamples
word-nothing_to_divide = nothing to divide: too few schools or measures
word-kmeans = k-means
word-ward = Ward’s tree
word-average = tree of mean distances
word-mixture = mixture of normal distributions
word-pam = medoids (PAM)
word-better = better than similar schools
word-worse = worse than similar schools
word-alike = no different from similar schools
word-steadily_low = steadily low
word-falling = falling
word-unstable_course = unstable
word-rising = rising
word-steadily_high = steadily high
word-steadily_middle = steadily in the middle
word-peers = schools in similar conditions
word-courses = courses of results
word-all_indicators = all indicators together
cluster-name-more = more often: { $names }
cluster-name-fewer = less often: { $names }
cluster-name-middle = near the middle of the region
cluster-progress = Clusters
cluster-verdict = Clusters: { $k }
cluster-verdict-none = The rows do not fall into groups
cluster-because = { $ground }; method: { $method }; rows: { $n }
cluster-left-out = With a missing value, left out: { $n }
cluster-alike = The columns { $first } and { $second } say nearly the same (correlation { $r }): what they measure counts twice
cluster-head-method = method
cluster-head-k = k
cluster-head-silhouette = silhouette
cluster-head-calinski = Calinski–Harabasz
cluster-head-gap = gap
cluster-head-gap-error = error
cluster-head-bic = BIC
cluster-head-cluster = cluster
cluster-head-rows = rows
cluster-head-jaccard = Jaccard
cluster-head-band = stability
cause-cluster-words = the method { $method } takes no columns of words: pam or average do
cause-cluster-k = a number of clusters from 2 to 20 or a range such as 2..8 is expected; found: { $value }
cause-cluster-nothing = there is nothing to divide: complete rows { $rows }, or a column does not vary
cause-peers-none = this school has no comparison: not all measures of its conditions are known
peers-title = Schools in the most similar conditions, { $year }
peers-places = Place among them and itself (1 is the best), with its 95 % interval
peers-place = { $low }–{ $high } of { $of }
peers-no-places = There are no results to compare.
peers-note = A place says nothing without its interval: a wide one means that these data cannot tell the schools apart.
peers-head-school = school
peers-head-code = code
peers-head-municipality = municipality
peers-head-distance = difference of conditions
peers-head-indicator = indicator
peers-head-value = school
peers-head-mean = similar schools
peers-head-place = place
peers-head-better = probability to be better
peers-head-verdict = verdict
cli-peers = A school beside the ten in the most similar conditions
    .usage = rsoko peers SCHOOL [OPTIONS]
cli-cluster = Clusters of the rows of any table, where there are any
    .usage = rsoko cluster TABLE --columns COLUMN,… [--k 2..8] [OPTIONS]
    .more = Numbers are put on a common scale by median and median deviation; columns of words take Gower’s distance and pam or average. Clusters are numbered by the rising mean of the first column.
cli-arg-columns = columns with commas; the first orders the clusters
    .value = COLUMNS
cli-arg-method = method: kmeans, ward, average, mixture, pam
    .value = METHOD
cli-arg-k = number of clusters, or the range that it is chosen from (2..8)
    .value = K
cli-arg-resamples = resamples for stability (100)
    .value = NUMBER
cli-arg-references = references of the gap statistic (50)
    .value = NUMBER
finding-A430 = in { $detail } the measures { $column ->
    [large_families] "{ measure-large_families }"
    [single_parent] "{ measure-single_parent }"
    [low_income] "{ measure-low_income }"
    [both_parents_graduates] "{ measure-both_parents_graduates }"
    [one_parent_graduate] "{ measure-one_parent_graduate }"
    [both_parents_unemployed] "{ measure-both_parents_unemployed }"
    [parent_disabled] "{ measure-parent_disabled }"
    [foster_care] "{ measure-foster_care }"
    [socially_dangerous] "{ measure-socially_dangerous }"
    [one_parent_unemployed] "{ measure-one_parent_unemployed }"
    [housing_comfortable] "{ measure-housing_comfortable }"
    [housing_partly] "{ measure-housing_partly }"
    [school_register] "{ measure-school_register }"
    [police_register] "{ measure-police_register }"
    [special_needs] "{ measure-special_needs }"
    [hard_life_situation] "{ measure-hard_life_situation }"
    [parents_on_register] "{ measure-parents_on_register }"
    [non_native_russian] "{ measure-non_native_russian }"
   *[other] a measure
} and { $value ->
    [large_families] "{ measure-large_families }"
    [single_parent] "{ measure-single_parent }"
    [low_income] "{ measure-low_income }"
    [both_parents_graduates] "{ measure-both_parents_graduates }"
    [one_parent_graduate] "{ measure-one_parent_graduate }"
    [both_parents_unemployed] "{ measure-both_parents_unemployed }"
    [parent_disabled] "{ measure-parent_disabled }"
    [foster_care] "{ measure-foster_care }"
    [socially_dangerous] "{ measure-socially_dangerous }"
    [one_parent_unemployed] "{ measure-one_parent_unemployed }"
    [housing_comfortable] "{ measure-housing_comfortable }"
    [housing_partly] "{ measure-housing_partly }"
    [school_register] "{ measure-school_register }"
    [police_register] "{ measure-police_register }"
    [special_needs] "{ measure-special_needs }"
    [hard_life_situation] "{ measure-hard_life_situation }"
    [parents_on_register] "{ measure-parents_on_register }"
    [non_native_russian] "{ measure-non_native_russian }"
   *[other] a measure
} say nearly the same: what they measure counts twice
    .cure = keep one of the two in the parameter columns of the stage
finding-A431 = in { $detail } the measure { $column ->
    [large_families] "{ measure-large_families }"
    [single_parent] "{ measure-single_parent }"
    [low_income] "{ measure-low_income }"
    [both_parents_graduates] "{ measure-both_parents_graduates }"
    [one_parent_graduate] "{ measure-one_parent_graduate }"
    [both_parents_unemployed] "{ measure-both_parents_unemployed }"
    [parent_disabled] "{ measure-parent_disabled }"
    [foster_care] "{ measure-foster_care }"
    [socially_dangerous] "{ measure-socially_dangerous }"
    [one_parent_unemployed] "{ measure-one_parent_unemployed }"
    [housing_comfortable] "{ measure-housing_comfortable }"
    [housing_partly] "{ measure-housing_partly }"
    [school_register] "{ measure-school_register }"
    [police_register] "{ measure-police_register }"
    [special_needs] "{ measure-special_needs }"
    [hard_life_situation] "{ measure-hard_life_situation }"
    [parents_on_register] "{ measure-parents_on_register }"
    [non_native_russian] "{ measure-non_native_russian }"
   *[other] a measure
} is a part of { $value ->
    [large_families] "{ measure-large_families }"
    [single_parent] "{ measure-single_parent }"
    [low_income] "{ measure-low_income }"
    [both_parents_graduates] "{ measure-both_parents_graduates }"
    [one_parent_graduate] "{ measure-one_parent_graduate }"
    [both_parents_unemployed] "{ measure-both_parents_unemployed }"
    [parent_disabled] "{ measure-parent_disabled }"
    [foster_care] "{ measure-foster_care }"
    [socially_dangerous] "{ measure-socially_dangerous }"
    [one_parent_unemployed] "{ measure-one_parent_unemployed }"
    [housing_comfortable] "{ measure-housing_comfortable }"
    [housing_partly] "{ measure-housing_partly }"
    [school_register] "{ measure-school_register }"
    [police_register] "{ measure-police_register }"
    [special_needs] "{ measure-special_needs }"
    [hard_life_situation] "{ measure-hard_life_situation }"
    [parents_on_register] "{ measure-parents_on_register }"
    [non_native_russian] "{ measure-non_native_russian }"
   *[other] a measure
}: what they share counts twice
    .cure = keep one of the two in the parameter columns of the stage
