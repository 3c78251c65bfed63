# Reference results of `tests/golden.rs` on real data that R itself carries. Run in this folder: Rscript make.R
# Needs R with its recommended packages (nlme for the data, cluster for silhouettes) and jsonlite.
suppressPackageStartupMessages({library(nlme); library(cluster); library(jsonlite)})

save_case <- function(id, data, source, golden) {
  case <- list(id = id, data = list(file = data, source = source), tool = R.version.string, golden = golden)
  writeLines(toJSON(case, auto_unbox = TRUE, digits = NA, pretty = 1), file.path("cases", paste0(id, ".json")))
}
named <- function(values, names) as.list(setNames(unname(values), names))

ucb <- as.data.frame(UCBAdmissions)
write.csv(ucb, "data/ucbadmissions.csv", row.names = FALSE, quote = FALSE)
pupils <- as.data.frame(bdf)[, c("schoolNR", "IQ.verb", "ses", "sex", "Minority", "repeatgr", "langPOST", "aritPOST")]
write.csv(pupils, "data/bdf.csv", row.names = FALSE, quote = FALSE)
SOURCE <- list(
  ucb = "R, package datasets: UCBAdmissions (Bickel, Hammel, O'Connell 1975)",
  bdf = "R, package nlme: bdf (Snijders, Bosker 1999)"
)

# Logistic regression to the last digit: the iteration goes on until nothing changes.
binomial_golden <- function(formula, data, weights, cluster = NULL, names) {
  data$.w <- weights
  fit <- glm(formula, binomial, data, weights = .w, control = glm.control(epsilon = 1e-16, maxit = 100))
  # glm leaves the information of the step before the last
  V <- solve(crossprod(model.matrix(fit) * sqrt(data$.w * fitted(fit) * (1 - fitted(fit)))))
  z <- coef(fit) / sqrt(diag(V))
  golden <- list(
    coef = named(coef(fit), names), se = list("classical (dispersion 1)" = named(sqrt(diag(V)), names)),
    "p (normal)" = named(2 * pnorm(-abs(z)), names), deviance = deviance(fit), null_deviance = fit$null.deviance,
    pearson_chi2 = sum(residuals(fit, "pearson")^2), fitted_first5 = unname(fitted(fit)[1:5]))
  if (!is.null(cluster)) {
    X <- model.matrix(fit)
    scores <- rowsum(X * (fit$y - fitted(fit)) * data$.w, cluster)
    G <- nrow(scores); n <- nrow(X); k <- ncol(X)
    robust <- V %*% crossprod(scores) %*% V * G / (G - 1) * (n - 1) / (n - k)
    golden$clusters <- list(G = G)
    golden$se[["CR1 (G/(G-1)*(n-1)/(n-k))"]] <- named(sqrt(diag(robust)), names)
  }
  golden
}
save_case("glm_ucb_1", "data/ucbadmissions.csv", SOURCE$ucb, binomial_golden(
  I(Admit == "Admitted") ~ I(Gender == "Female") + Dept, ucb, ucb$Freq,
  names = c("(Intercept)", "Gender=Female", paste0("Dept=", LETTERS[2:6]))))
save_case("glm_bdf_1", "data/bdf.csv", SOURCE$bdf, binomial_golden(
  I(as.integer(as.character(repeatgr)) > 0) ~ IQ.verb + ses + I(sex == "1") + I(Minority == "Y"), pupils,
  rep(1, nrow(pupils)), pupils$schoolNR, c("(Intercept)", "IQ.verb", "ses", "girl", "minor")))
# langPOST >= 42 is separated by langPOST: there is no estimate to give.
save_case("trap_separation_bdf", "data/bdf.csv", SOURCE$bdf, list(separated = TRUE))

save_case("std_bdf", "data/bdf.csv", SOURCE$bdf, lapply(
  setNames(nm = c("IQ.verb", "ses", "langPOST", "aritPOST")), function(name) {
    x <- pupils[[name]]
    list(mean = mean(x), sd_n_minus_1 = sd(x), median = median(x), mad_raw = mad(x, constant = 1),
         z_first5 = ((x - mean(x)) / sd(x))[1:5])
  }))

# Schools by the means of their pupils.
schools <- aggregate(cbind(IQ.verb, ses, langPOST, aritPOST) ~ schoolNR, transform(pupils,
  schoolNR = as.integer(as.character(schoolNR))), mean)
schools <- schools[order(schools$schoolNR), ]
z <- scale(schools[, -1])
calinski <- function(labels) {
  k <- length(unique(labels)); n <- nrow(z)
  within <- sum(sapply(split(as.data.frame(z), labels), function(g) sum(scale(g, scale = FALSE)^2)))
  ((sum(z^2) - within) / (k - 1)) / (within / (n - k))
}
quality <- function(labels) list(
  silhouette_mean = mean(silhouette(labels, dist(z))[, "sil_width"]), calinski_harabasz = calinski(labels))
ks <- c("2", "3", "4", "5")
tree <- hclust(dist(z), "ward.D2")
cuts <- lapply(setNames(nm = ks), function(k) unname(cutree(tree, as.integer(k))))
set.seed(1)
save_case("clus_bdf", "data/bdf.csv", SOURCE$bdf, list(
  z_check_first_row = unname(z[1, ]),
  ward = list(labels = lapply(cuts, function(l) l - 1L), quality = lapply(cuts, quality)),
  kmeans_lloyd_from_given_rows = lapply(setNames(nm = ks), function(k) {
    rows <- seq(1, by = 20, length.out = as.integer(k))
    found <- kmeans(z, z[rows, ], iter.max = 1000, algorithm = "Lloyd")
    list(init_rows_0based = rows - 1L, wss = found$tot.withinss)
  }),
  kmeans_best = lapply(setNames(nm = ks), function(k) {
    found <- kmeans(z, as.integer(k), nstart = 1000, iter.max = 1000)
    c(list(wss_best = found$tot.withinss), quality(found$cluster))
  })))
