# Places over draws, and the share of weights of a Dirichlet distribution under which an index of two parts meets a cut.
# Rscript places.R > places.json
options(digits = 17)
m <- 7; d <- 60
draws <- outer(1:m, 1:d, function(i, j) round(3 * sin(1.7 * i + 0.37 * j * j) + 0.8 * i, 1))   # rounding makes ties
cut <- 4; level <- 0.95
places <- apply(-draws, 2, rank, ties.method = "average")
ends <- t(apply(places, 1, quantile, probs = c((1 - level) / 2, (1 + level) / 2), type = 7))
cases <- expand.grid(w = c(0.2, 0.5, 0.7), concentration = c(5, 50), cut = c(0.3, 0.6))
z <- c(1.4, -0.3)
# w1 z1 + (1 - w1) z2 >= cut  <=>  w1 >= (cut - z2) / (z1 - z2)
edge <- (cases$cut - z[2]) / (z[1] - z[2])
share <- pbeta(edge, cases$concentration * cases$w, cases$concentration * (1 - cases$w), lower.tail = FALSE)
list_of <- function(x) paste0("[", paste(format(x, digits = 17, trim = TRUE, scientific = FALSE), collapse = ", "), "]")
cat("{\n",
    ' "units": ', list_of(as.vector(t(draws))), ",\n",
    ' "draws": ', list_of(d), ",\n",
    ' "low": ', list_of(floor(ends[, 1])), ",\n",
    ' "high": ', list_of(ceiling(ends[, 2])), ",\n",
    ' "beyond": ', list_of(rowMeans(draws >= cut)), ",\n",
    ' "z": ', list_of(z), ",\n",
    ' "w": ', list_of(cases$w), ",\n",
    ' "concentration": ', list_of(cases$concentration), ",\n",
    ' "weights_cut": ', list_of(cases$cut), ",\n",
    ' "share": ', list_of(share), "\n}\n", sep = "")
