# Reference results of R for generalised linear and mixed models and for the tests on ranks and tables, as JSON on standard
# output: base R with lme4, lmerTest, sandwich, clubSandwich, boot.
# Run from this folder: Rscript models.R > models.json
suppressMessages({library(lme4); library(lmerTest); library(sandwich); library(clubSandwich); library(boot)})

number <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
vector_json <- function(x) paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")
texts <- function(x) paste0("[", paste0('"', x, '"', collapse = ", "), "]")
object <- function(...) {
  parts <- list(...)
  paste0("{\n", paste0('"', names(parts), '": ', unlist(parts), collapse = ",\n"), "\n}")
}
se <- function(v) sqrt(diag(as.matrix(v)))

panel <- read.csv("panel.csv")
panel$kind <- c("city", "town", "village")[panel$type]
panel$share <- panel$low / panel$pupils
panel$score <- round(60 - 4 * panel$poor + 3 * panel$educated + 10 * sin(1.7 * panel$school) +
                     5 * cos(0.9 * panel$low + panel$pupils), 4)
# until the deviance stands still: R keeps the weights of the step before its last
tight <- glm.control(epsilon = 1e-300, maxit = 100)

# Poisson with exposure, quasi-likelihood of shares, counts: every covariance
# CR2 on the working least squares, rows scaled to equal variance
working <- function(fit) {
  w <- sqrt(fit$weights); offset <- if (is.null(fit$offset)) 0 else fit$offset
  wx <- w * model.matrix(fit); wz <- w * (fit$linear.predictors - offset + residuals(fit, "working"))
  ls <- lm(wz ~ 0 + wx)
  coef_test(ls, vcovCR(ls, panel$municipality, "CR2"), test = "Satterthwaite")
}
model <- function(fit) object(
  terms = texts(names(coef(fit))), coefficients = vector_json(coef(fit)), classical = vector_json(se(summary(fit, dispersion = 1)$cov.scaled)),
  hc0 = vector_json(se(vcovHC(fit, "HC0"))), hc1 = vector_json(se(vcovHC(fit, "HC1"))),
  cr1 = vector_json(se(vcovCR(fit, panel$municipality, "CR1S"))),
  cr2 = vector_json(working(fit)$SE), cr2_df = vector_json(working(fit)$df_Satt),
  deviance = number(deviance(fit)), null_deviance = number(fit$null.deviance),
  dispersion = number(sum(residuals(fit, "pearson")^2) / fit$df.residual), log_lik = number(if (fit$family$family == "quasibinomial") NA else logLik(fit)))
poisson_fit <- glm(low ~ poor + educated + factor(year) + offset(log(pupils)), poisson, panel, control = tight)
count_fit <- glm(cbind(low, pupils - low) ~ poor * kind, binomial, panel, control = tight)
share_fit <- glm(share ~ poor + educated, quasibinomial, panel, control = tight)

# Williams' model: the correlation inside rows by a plain search
williams <- function(phi) glm(share ~ poor + educated, quasibinomial, panel, weights = pupils / (1 + (pupils - 1) * phi), control = tight)
excess <- function(phi) { f <- williams(phi); sum(residuals(f, "pearson")^2) / f$df.residual - 1 }
phi <- uniroot(excess, c(0, 0.5), tol = 1e-16, maxiter = 1000)$root
williams_fit <- williams(phi)

# weighted least squares with years as categories
weighted <- lm(score ~ poor + kind + factor(year), panel, weights = pupils)
# two kinds of clusters: V1 + V2 - V12, the factor of CR1 with the smaller number of clusters
crossed <- lm(score ~ poor + educated + kind, panel)
without_factor <- function(by) vcovCL(crossed, by, type = "HC0", cadjust = FALSE)
both <- without_factor(panel$municipality) + without_factor(panel$year) - without_factor(interaction(panel$municipality, panel$year, drop = TRUE))
fewest <- length(unique(panel$year))
two_way <- both * fewest / (fewest - 1) * (nrow(panel) - 1) / df.residual(crossed)
weighted_cr2 <- coef_test(weighted, vcovCR(weighted, panel$municipality, "CR2"), test = "Satterthwaite")

# random intercepts
mixed <- function(reml, weights = NULL) {
  fit <- lmer(score ~ poor + educated + factor(year) + (1 | school), panel, REML = reml, weights = weights,
              control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  v <- as.data.frame(VarCorr(fit))$vcov
  effects <- ranef(fit, condVar = TRUE)$school
  object(coefficients = vector_json(fixef(fit)), se = vector_json(se(vcov(fit))),
    df = vector_json(coef(summary(fit, ddf = "Satterthwaite"))[, "df"]), between = number(v[1]), within = number(v[2]),
    log_lik = number(logLik(fit)), effects = vector_json(effects[, 1]), conditional_se = vector_json(sqrt(attr(effects, "postVar")[1, 1, ])))
}
ml <- lmer(score ~ poor + educated + factor(year) + (1 | school), panel, REML = FALSE)
profile_ml <- confint(profile(ml, signames = FALSE, prof.scale = "sdcor", which = "theta_", delta.cutoff = 1 / 40))

# design matrices
design <- model.matrix(~ poor * kind + I(poor^2) + factor(year):educated - 1, panel)

# ranks
x <- c(4.1, 2.2, 9.7, 5.5, 3.3, 7.8, 1.2); y <- c(3.9, 1.1, 7.2, 8.8, 2.5, 6.1, 2.9)
tied_x <- panel$low; tied_y <- panel$type
quiet <- function(v) suppressWarnings(v)

# bootstrap intervals of given replicates, the acceleration of given values
replicates <- sort(qexp(ppoints(999)) + 0.1 * sin(1:999)); influence <- (1:25)^1.5 - mean((1:25)^1.5)
made <- boot(1:25, function(d, i) mean(d[i]), 999); made$t0 <- 0.9; made$t <- matrix(replicates)
bca <- boot.ci(made, 0.95, "bca", t0 = 0.9, t = replicates, L = influence)$bca[4:5]
percent <- boot.ci(made, 0.9, "perc", t0 = 0.9, t = replicates)$percent[4:5]

p_values <- c(0.011, 0.02, 0.5, 0.0004, 0.049, 0.2, 0.02)
pearson <- expand.grid(x = c(0, 1, 3, 24), n = c(24, 25, 300))
exact <- mapply(function(x, n) binom.test(x, n)$conf.int, pearson$x, pearson$n)

cat(object(
  score = vector_json(panel$score),
  poisson = model(poisson_fit), counts = model(count_fit), shares = model(share_fit),
  williams_correlation = number(phi), williams_coefficients = vector_json(coef(williams_fit)),
  williams_se = vector_json(se(summary(williams_fit, dispersion = 1)$cov.scaled)),
  weighted_coefficients = vector_json(coef(weighted)[2:4]), weighted_cr2 = vector_json(weighted_cr2$SE[2:4]),
  two_way_coefficients = vector_json(coef(crossed)), two_way_se = vector_json(se(two_way)),
  weighted_df = vector_json(weighted_cr2$df_Satt[2:4]), weighted_p = vector_json(weighted_cr2$p_Satt[2:4]),
  reml = mixed(TRUE), ml = mixed(FALSE), reml_weighted = mixed(TRUE, panel$pupils),
  profile_ml = vector_json(t(profile_ml)),
  design_names = texts(colnames(design)), design_sums = vector_json(colSums(design)), design_row = vector_json(design[77, ]),
  rank_x = vector_json(x), rank_y = vector_json(y),
  spearman = number(cor(x, y, method = "spearman")), spearman_exact = number(cor.test(x, y, method = "spearman", exact = TRUE)$p.value),
  kendall = number(cor(x, y, method = "kendall")), kendall_exact = number(cor.test(x, y, method = "kendall", exact = TRUE)$p.value),
  kendall_tied = number(cor(tied_x, tied_y, method = "kendall")),
  kendall_tied_p = number(quiet(cor.test(tied_x, tied_y, method = "kendall", exact = FALSE)$p.value)),
  kendall_long = number(cor.test(panel$poor[seq(1, 180, 5)], panel$distance[seq(1, 180, 5)], method = "kendall", exact = TRUE)$p.value),
  replicates = vector_json(replicates), influence = vector_json(influence), bca = vector_json(bca), percentile = vector_json(percent),
  bh_p = vector_json(p_values), bh = vector_json(p.adjust(p_values, "BH")),
  clopper_x = vector_json(pearson$x), clopper_n = vector_json(pearson$n), clopper = vector_json(exact),
  versions = texts(c(R.version.string, sapply(c("lme4", "lmerTest", "sandwich", "clubSandwich", "boot"), function(p) paste(p, packageVersion(p)))))
), "\n")
