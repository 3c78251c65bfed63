# Linear models: why there is no answer, or why to be careful with one.
linear-malformed = Shapes of the data do not fit each other, or an option has no meaning.
linear-not-finite = Row { $row } has a missing or infinite value.
linear-weight = The weight of row { $row } is not above zero.
linear-no-freedom = There are not more rows ({ $rows }) than coefficients ({ $coefficients }): nothing is left to estimate the spread from.
linear-empty = Column “{ $column }” is all zeros.
linear-singular = Column “{ $column }” is (nearly) a combination of others: { $with }. These data cannot tell their influence apart. Leave one of them out.
linear-absorbed = Column “{ $column }” does not vary within the fixed effects: its influence cannot be told from theirs.
linear-too-few-clusters = There are only { $clusters } clusters; this method needs at least { $needed }.
linear-cluster-alone = The coefficient of “{ $column }” rests on one cluster alone ({ $cluster }): without it, it is not determined.
linear-row-alone = Row { $row } is fitted by a coefficient of its own: HC2 and HC3 errors do not exist for it.
linear-negative-variance = Two-way clustering gives “{ $column }” a negative variance: there are too few clusters.
linear-no-convergence = The computation did not settle.
linear-few-clusters = There are only { $clusters } clusters: CR1 errors are usually too small. CR2 or the wild cluster bootstrap are safer.
linear-low-freedom = The coefficient of “{ $column }” has only { $df } degrees of freedom: its p value is not to be relied on.
linear-heavy-cluster = One cluster ({ $cluster }) gives { $percent } % of what is known about the coefficient of “{ $column }”.
