# Reference results for linear models, as JSON on standard output. Run from this folder: Rscript linear.R > linear.json
# R 4.2.2 with sandwich 3.0-2 and clubSandwich 0.5.8. The wild bootstrap is written out: every combination of weights,
# each by a refit.
suppressMessages({library(sandwich); library(clubSandwich)})

vec <- function(x) paste0("[", paste(ifelse(is.finite(x), sprintf("%.17g", x), "null"), collapse = ", "), "]")
lines <- character()
put <- function(name, x) lines <<- c(lines, sprintf('"%s": %s', name, vec(as.numeric(x))))

panel <- read.csv("panel.csv")
panel$share <- 100 * panel$low / panel$pupils
formula <- share ~ poor + educated + distance
se <- function(v) sqrt(diag(v))

for (weighted in c(FALSE, TRUE)) {
  fit <- if (weighted) lm(formula, panel, weights = pupils) else lm(formula, panel)
  tag <- function(name) paste0(if (weighted) "wls_" else "ols_", name)
  n <- nobs(fit); k <- length(coef(fit))
  put(tag("coef"), coef(fit))
  put(tag("classical"), se(vcov(fit)))
  for (type in c("HC0", "HC1", "HC2", "HC3")) put(tag(type), se(vcovHC(fit, type = type)))
  m <- panel$municipality; g <- length(unique(m)); y <- panel$year
  put(tag("CR0"), se(vcovCR(fit, cluster = m, type = "CR0")))
  put(tag("CR1"), se(vcovCR(fit, cluster = m, type = "CR1S")))
  # two kinds of clusters, schools and municipality-years, with the factor of the smaller number
  my <- interaction(m, y, drop = TRUE); s <- panel$school
  parts <- lapply(list(s, my, interaction(s, my, drop = TRUE)), function(id) vcovCL(fit, id, type = "HC0", cadjust = FALSE))
  fewest <- min(length(unique(s)), length(unique(my)))
  put(tag("two_way"), se((parts[[1]] + parts[[2]] - parts[[3]]) * fewest / (fewest - 1) * (n - 1) / (n - k)))
  cr2 <- coef_test(fit, vcov = "CR2", cluster = m, test = "Satterthwaite")
  put(tag("CR2"), cr2$SE)
  put(tag("CR2_df"), if ("df_Satt" %in% names(cr2)) cr2$df_Satt else cr2$df)
  put(tag("CR2_covariance"), vcovCR(fit, cluster = m, type = "CR2"))
  put(tag("CR3"), se(vcovCR(fit, cluster = m, type = "CR3")))
  put(tag("cook"), cooks.distance(fit))
  put(tag("leverage"), hatvalues(fit))
  put(tag("log_likelihood"), logLik(fit))
  put(tag("vif"), sapply(2:k, function(j) {
    x <- model.matrix(fit)
    1 / (1 - summary(lm(x[, j] ~ x[, -c(1, j)], weights = fit$weights))$r.squared)
  }))
  # LMG: R2 added by each column, averaged over all orders
  r2 <- function(set) if (length(set) == 0) 0 else summary(lm(reformulate(set, "share"), panel, weights = fit$weights))$r.squared
  names3 <- c("poor", "educated", "distance")
  orders <- list(c(1,2,3), c(1,3,2), c(2,1,3), c(2,3,1), c(3,1,2), c(3,2,1))
  put(tag("lmg"), sapply(1:3, function(j) mean(sapply(orders, function(o) {
    before <- names3[o[seq_len(which(o == j) - 1)]]
    r2(c(before, names3[j])) - r2(before)
  }))))
}

# wild cluster bootstrap on few municipalities, all combinations of weights
wild <- function(data, weights, null, column, base) {
  x <- model.matrix(formula, data); y <- data$share; w <- if (weights) data$pupils else rep(1, nrow(data))
  ids <- as.integer(factor(data$municipality)); g <- max(ids)
  bread <- solve(crossprod(x * sqrt(w)))
  tstat <- function(y, null) {
    b <- bread %*% crossprod(x, w * y)
    e <- as.vector(y - x %*% b)
    meat <- crossprod(rowsum(x * w * e, ids))
    (b[column] - null) / sqrt((bread %*% meat %*% bread)[column, column])
  }
  z <- x[, -column, drop = FALSE]
  yr <- y - null * x[, column]
  fitted <- as.vector(z %*% solve(crossprod(z * sqrt(w)), crossprod(z, w * yr))) + null * x[, column]
  u <- y - fitted
  t0 <- abs(tstat(y, null))
  grid <- as.matrix(expand.grid(rep(list(base), g)))
  t <- apply(grid, 1, function(v) abs(tstat(fitted + u * v[ids], null)))
  mean(t >= t0 * (1 - 1e-9))
}
eight <- panel[panel$municipality %in% sort(unique(panel$municipality))[1:8], ]
four <- panel[panel$municipality %in% sort(unique(panel$municipality))[1:4], ]
nulls <- c(0, -2, 1.5, 6)
for (weights in c(FALSE, TRUE)) for (column in 2:4) {
  tag <- paste0(if (weights) "wls" else "ols", "_", column - 1)
  put(paste0("rademacher_", tag), sapply(nulls, function(null) wild(eight, weights, null, column, c(-1, 1))))
  webb <- sqrt(c(0.5, 1, 1.5))
  put(paste0("webb_", tag), sapply(nulls, function(null) wild(four, weights, null, column, c(-webb, webb))))
}
put("wild_nulls", nulls)
cat("{\n", paste(lines, collapse = ",\n"), "\n}\n", sep = "")
