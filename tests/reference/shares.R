# Counts of three tests in 60 schools over two years, and the Laplace log-likelihood of lme4 at its own estimates.
# Rscript tests/reference/shares.R > tests/reference/shares.json
suppressMessages(library(lme4))
set.seed(4)
schools <- 60
d <- expand.grid(test = 0:2, year = 0:1, school = 0:(schools - 1))
b <- rnorm(schools, sd = 0.7)
c <- matrix(rnorm(2 * schools, sd = 0.4), schools)
d$all <- 8 + (d$school * 7 + d$test * 3 + d$year) %% 41
eta <- -1.6 + 0.3 * d$test + b[d$school + 1] + c[cbind(d$school + 1, d$year + 1)] + rnorm(nrow(d), sd = 0.35)
d$low <- rbinom(nrow(d), d$all, plogis(eta))
d$intercept <- d$test + 3 * d$year
d$cell <- seq_len(nrow(d))
fit <- glmer(cbind(low, all - low) ~ 0 + factor(intercept) + (1 | school) + (1 | school:year) + (1 | cell),
             data = d, family = binomial,
             control = glmerControl(optimizer = "bobyqa", tolPwrss = 1e-13, optCtrl = list(rhoend = 1e-9, maxfun = 1e5)))
sd <- sapply(VarCorr(fit), function(v) unname(attr(v, "stddev")))
num <- function(x) paste0("[", paste(format(x, digits = 15, trim = TRUE), collapse = ", "), "]")
cat("{\n",
    '"lme4": "', as.character(packageVersion("lme4")), '",\n',
    '"school": ', num(d$school), ",\n",
    '"year": ', num(d$year), ",\n",
    '"test": ', num(d$intercept), ",\n",
    '"low": ', num(d$low), ",\n",
    '"all": ', num(d$all), ",\n",
    '"intercepts": ', num(fixef(fit)), ",\n",
    '"spreads": ', num(c(sd[["school"]], sd[["school:year"]], sd[["cell"]])), ",\n",
    '"log_likelihood": ', format(as.numeric(logLik(fit)) - sum(lchoose(d$all, d$low)), digits = 15), "\n}\n", sep = "")
