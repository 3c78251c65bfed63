# Reference results of base R, as JSON on standard output. Run from this folder: Rscript results.R > r.json
# jsonlite and sandwich are not needed: numbers are printed with 17 digits, CR1 is written out below.

number <- function(x) paste(ifelse(is.finite(x), sprintf("%.17g", x), "null"), collapse = ", ")
vector_json <- function(x) paste0("[", number(x), "]")
object <- function(...) {
  parts <- list(...)
  paste0("{\n", paste0('"', names(parts), '": ', unlist(parts), collapse = ",\n"), "\n}")
}

# distributions: each row of arguments beside its answer
z <- c(-37, -12, -5, -1.959963984540054, -0.3, 0, 1e-8, 2, 8.2, 30)
p <- c(1e-300, 1e-20, 1e-5, 0.025, 0.1, 0.3, 0.5, 0.7, 0.975, 0.99999)
t_args <- expand.grid(t = c(1e-5, 0.1, 0.9, 2.228, 6, 50, 1e4), df = c(1, 2.5, 10, 39, 200, 5000))
t_quantiles <- expand.grid(p = c(1e-10, 0.005, 0.025, 0.3, 0.6, 0.975), df = c(1, 2.5, 11, 39, 200, 5000))
beta_args <- expand.grid(x = c(1e-6, 0.01, 0.2, 0.5, 0.83, 0.999), a = c(0.05, 0.8, 3, 60, 2500), b = c(0.3, 2, 45, 9000))
beta_quantiles <- expand.grid(p = c(1e-4, 0.025, 0.5, 0.975), a = c(0.3, 1.7, 60, 2500), b = c(0.8, 7, 45, 9000))

# a panel of 60 schools in 15 municipalities and 3 years, with counts: written by panel.py
panel <- read.csv("panel.csv")
fit <- glm(cbind(low, pupils - low) ~ poor + educated + factor(year), family = binomial, data = panel,
           control = glm.control(epsilon = 1e-14, maxit = 50))
x <- model.matrix(fit)
w <- panel$pupils * fit$fitted.values * (1 - fit$fitted.values)
bread <- chol2inv(qr.R(qr(sqrt(w) * x)))
scores <- x * (panel$low - panel$pupils * fit$fitted.values)
cr1 <- function(cluster) {
  s <- rowsum(scores, cluster)
  g <- nrow(s)
  bread %*% crossprod(s) %*% bread * g / (g - 1) * (nrow(x) - 1) / (nrow(x) - ncol(x))
}
se <- function(v) sqrt(diag(v))

points <- as.matrix(panel[, c("poor", "educated", "distance")])
labels <- as.integer(panel$type)
silhouette <- cluster::silhouette(labels, dist(points))[, 3]

p_values <- c(0.011, 0.02, 0.5, 0.0004, 0.049, 0.2, 0.02)

cat(object(
  z = vector_json(z), normal_below = vector_json(pnorm(z)), normal_above = vector_json(pnorm(z, lower.tail = FALSE)),
  p = vector_json(p), normal_quantile = vector_json(qnorm(p)),
  t = vector_json(t_args$t), t_df = vector_json(t_args$df),
  student_two_sided = vector_json(2 * pt(t_args$t, t_args$df, lower.tail = FALSE)),
  tq_p = vector_json(t_quantiles$p), tq_df = vector_json(t_quantiles$df),
  student_quantile = vector_json(qt(t_quantiles$p, t_quantiles$df)),
  beta_x = vector_json(beta_args$x), beta_a = vector_json(beta_args$a), beta_b = vector_json(beta_args$b),
  beta_below = vector_json(pbeta(beta_args$x, beta_args$a, beta_args$b)),
  beta_above = vector_json(pbeta(beta_args$x, beta_args$a, beta_args$b, lower.tail = FALSE)),
  bq_p = vector_json(beta_quantiles$p), bq_a = vector_json(beta_quantiles$a), bq_b = vector_json(beta_quantiles$b),
  beta_quantile = vector_json(qbeta(beta_quantiles$p, beta_quantiles$a, beta_quantiles$b)),
  glm_coefficients = vector_json(coef(fit)), glm_se = vector_json(se(bread)),
  glm_deviance = number(deviance(fit)), glm_null_deviance = number(fit$null.deviance),
  glm_dispersion = number(sum(residuals(fit, "pearson")^2) / fit$df.residual),
  cr1_municipality = vector_json(se(cr1(panel$municipality))), cr1_school = vector_json(se(cr1(panel$school))),
  silhouette = vector_json(silhouette),
  poor_median = number(median(panel$poor)), poor_mad = number(mad(panel$poor)), poor_sd = number(sd(panel$poor)),
  holm_p = vector_json(p_values), holm = vector_json(p.adjust(p_values, "holm")),
  r_version = paste0('"', R.version.string, '"')
), "\n")
