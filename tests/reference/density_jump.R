# The density test for discrete scores of Frandsen (2017), Advances in Econometrics 38: of the n observations at three neighbouring
# scores the number in the middle is binomial, and without manipulation its share lies between (1 - k) / (3 - k) and
# (1 + k) / (3 + k), where k bounds the curvature of the density. Written from the paper; sums of binomial terms, no tables.
# Rscript density_jump.R > density_jump.json
options(digits = 17)
cases <- data.frame(
  below = c(469, 20, 12, 40, 33, 0, 7, 150, 5, 90),
  at    = c(4010, 25, 30, 33, 41, 8, 0, 171, 9, 30),
  above = c(2950, 22, 15, 28, 44, 2, 9, 140, 4, 85),
  k     = c(0.2, 0.2, 0, 0.1, 0.02, 0.2, 0.2, 0.5, 0.2, 0.1))
n <- with(cases, below + at + above)
high <- with(cases, (1 + k) / (3 + k))
low <- with(cases, (1 - k) / (3 - k))
# the log of the largest term is taken out, so that tails far below the smallest number keep their digits as logarithms
tail_log <- function(terms) { m <- max(terms); m + log(sum(sort(exp(terms - m)))) }
more <- sapply(seq_along(n), function(i) tail_log(dbinom(cases$at[i]:n[i], n[i], high[i], log = TRUE)))
fewer <- sapply(seq_along(n), function(i) tail_log(dbinom(0:cases$at[i], n[i], low[i], log = TRUE)))
# how often a density at the bound of the curvature seems to jump at 5 %
set.seed(7)
window <- 60; k <- 0.2
drawn <- rbinom(200000, window, (1 + k) / (3 + k))
size <- mean(pbinom(drawn - 1, window, (1 + k) / (3 + k), lower.tail = FALSE) <= 0.05)
list_of <- function(x) paste0("[", paste(format(x, digits = 17, trim = TRUE, scientific = FALSE), collapse = ", "), "]")
cat("{\n",
    ' "below": ', list_of(cases$below), ",\n",
    ' "at": ', list_of(cases$at), ",\n",
    ' "above": ', list_of(cases$above), ",\n",
    ' "k": ', list_of(cases$k), ",\n",
    ' "more_log": ', list_of(more), ",\n",
    ' "fewer_log": ', list_of(fewer), ",\n",
    ' "size": ', list_of(size), "\n}\n", sep = "")
