# Means of groups: t.test, scale within groups, one-way analysis of variance. Run in this folder: Rscript means.R
set.seed(20251122)
sizes <- c(2, 3, 5, 8, 13, 21, 4, 1)
group <- rep(seq_along(sizes), sizes)
value <- round(0.6 + 0.08 * rnorm(length(sizes))[group] + 0.15 * rnorm(length(group)), 4)
f <- factor(group)
t <- t.test(value[group == 5], conf.level = 0.95)
a <- summary(aov(value ~ f))[[1]]
msb <- a[["Mean Sq"]][1]; msw <- a[["Mean Sq"]][2]
n <- as.numeric(table(f)); N <- sum(n); k <- length(n)
between <- max(0, (msb - msw) / ((N - sum(n^2) / N) / (k - 1)))
m <- as.numeric(tapply(value, f, mean)); w <- 1 / (between + msw / n)
z <- ave(value, f, FUN = function(x) if (length(x) > 1) (x - mean(x)) / sd(x) else NA)
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", formatC(x, digits = 17, format = "g")), collapse = ", "), "]")
one <- function(x) formatC(x, digits = 17, format = "g")
cat(sprintf('{"value": %s, "group": %s, "mean": %s, "sd": %s, "interval": %s, "z": %s, "within": %s, "between": %s, "common": %s}\n',
  num(value), num(group - 1), one(t$estimate), one(sd(value[group == 5])), num(t$conf.int), num(z), one(msw), one(between), one(sum(w * m) / sum(w))),
  file = "means.json")
