# Robust and clustered standard errors of R on NIST's real data, as JSON on standard output.
# Run from this folder: Rscript frozen.R > frozen.json (R 4.2.2, sandwich 3.0-2, clubSandwich 0.5.8)
#
# Both packages go through normal equations, so the columns are put on a common scale for them and the results taken
# back: on the raw columns clubSandwich's CR2 of Pontius is right to 2 digits only, sandwich's HC0 of Longley to 8.
suppressMessages({library(sandwich); library(clubSandwich)})

read <- function(name) read.table(text = readLines(paste0(name, ".dat"))[-(1:60)])
vec <- function(x) paste0("[", paste(sprintf("%.17g", as.numeric(x)), collapse = ", "), "]")

# units: what a step of each scaled column is in the raw one; an intercept of centred columns is left out
robust <- function(fit, units, centred = FALSE, cluster = NULL) {
  keep <- if (centred) -1 else TRUE
  se <- function(v) (sqrt(diag(v)) / units)[keep]
  out <- list(coefficients = (coef(fit) / units)[keep], classical = se(vcov(fit)))
  for (type in c("HC0", "HC1", "HC2", "HC3")) out[[type]] <- se(vcovHC(fit, type = type))
  out$leverages <- hatvalues(fit)
  out$cook <- cooks.distance(fit)
  if (!is.null(cluster)) {
    out$CR0 <- se(vcovCR(fit, cluster, type = "CR0"))
    out$CR1 <- se(vcovCR(fit, cluster, type = "CR1S"))
    test <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
    out$CR2 <- (test$SE / units)[keep]
    out$CR2_df <- (if ("df_Satt" %in% names(test)) test$df_Satt else test$df)[keep]
    out$CR3 <- se(vcovCR(fit, cluster, type = "CR3"))
  }
  paste0("{", paste0('"', names(out), '": ', sapply(out, vec), collapse = ",\n"), "}")
}
longley <- read("Longley")
spread <- sapply(longley[-1], sd)
longley[-1] <- scale(longley[-1])
pontius <- read("Pontius")
pontius$V2 <- pontius$V2 / 1e6
norris <- read("Norris")
cat("{\n",
  '"Longley": ', robust(lm(V1 ~ ., longley), c(1, spread), centred = TRUE), ",\n",
  # two runs over the same 20 loads
  '"Pontius": ', robust(lm(V1 ~ V2 + I(V2^2), pontius), c(1, 1e6, 1e12), cluster = rep(1:20, 2)), ",\n",
  # blocks of six rows, so that clusters of one size have something to do
  '"Norris": ', robust(lm(V1 ~ V2, norris), c(1, 1), cluster = rep(1:6, each = 6)), "\n}\n", sep = "")
