# Reference results of R (stats, cluster) on clusters, as JSON. Run from this folder: Rscript clusters.R > clusters.json
suppressPackageStartupMessages(library(cluster))
library(jsonlite)

panel <- read.csv("panel.csv")
x <- as.matrix(panel[, c("poor", "educated", "distance")])
n <- nrow(x)
distances <- dist(x)
trees <- lapply(c(ward = "ward.D2", average = "average"), function(method) hclust(distances, method))
tree_result <- function(tree) list(heights = tree$height,
                                   labels = setNames(lapply(2:5, function(k) cutree(tree, k)), 2:5))

# mixed columns, some values missing (rows from 1)
mixed <- data.frame(x, type = factor(panel$type))
mixed$distance[c(3, 50)] <- NA
mixed$type[7] <- NA
gower <- daisy(mixed, metric = "gower")
around <- function(d) setNames(lapply(2:5, function(k) {
  found <- pam(d, k, diss = TRUE)
  list(medoids = found$id.med, labels = found$clustering, cost = unname(found$objective["swap"]) * n)
}), 2:5)

ward <- function(x, k) list(cluster = if (k == 1) rep(1L, nrow(x)) else cutree(hclust(dist(x), "ward.D2"), k))
gaps <- function(space, power) {
  set.seed(11)
  found <- clusGap(x, ward, K.max = 6, B = 200, d.power = power, spaceH0 = space, verbose = FALSE)$Tab
  list(log_inside = found[, "logW"], expected = found[, "E.logW"], gap = found[, "gap"], std_error = found[, "SE.sim"],
       chosen = maxSE(found[, "gap"], found[, "SE.sim"], "Tibs2001SEmax"))
}

# Hennig's bootstrap, written out: distinct points of a resample, Ward's clusters of it, the most similar one
jaccard_means <- function(k, resamples) {
  set.seed(5)
  own <- cutree(trees$ward, k)
  rowMeans(replicate(resamples, {
    rows <- sort(unique(sample(n, n, TRUE)))
    new <- ward(x[rows, ], k)$cluster
    sapply(1:k, function(c) max(sapply(1:k, function(d) {
      a <- rows[own[rows] == c]
      b <- rows[new == d]
      length(intersect(a, b)) / length(union(a, b))
    })))
  }))
}

components <- prcomp(scale(x))
signs <- apply(components$rotation, 2, function(v) sign(v[which.max(abs(v))]))
writeLines(toJSON(list(
  ward = tree_result(trees$ward), average = tree_result(trees$average),
  gower = list(sum = sum(gower), rows_1_3_7 = unname(as.matrix(gower)[c(1, 3, 7), ])), pam_gower = around(gower), pam_euclidean = around(distances),
  gap = list(columns_2 = gaps("original", 2), components_1 = gaps("scaledPCA", 1), components_2 = gaps("scaledPCA", 2)),
  jaccard = list(resamples = 1000, k3 = jaccard_means(3, 1000), k4 = jaccard_means(4, 1000)),
  components = list(variances = components$sdev^2, loadings = sweep(components$rotation, 2, signs, "*"),
                    first = (components$x[1, ] * signs))
), digits = NA, auto_unbox = TRUE))
