# The command line: help, messages, the frame of faults.
fault-word = error
fault-where = where
fault-cause = cause
fault-found = found
fault-cure = cure
fault-arg-found = found
fault-arg-name = name
fault-arg-known = known
fault-arg-nearest = perhaps meant
fault-arg-column = column
fault-arg-table = table
fault-arg-field = field
fault-arg-value = value
fault-arg-path = path
fault-arg-school = school
fault-arg-candidates = candidates
fault-arg-indicator = indicator
fault-arg-year = year
fault-arg-globs = globs
fault-arg-files = files
fault-arg-file = file
fault-arg-holder = held by
fault-arg-measure = measure
fault-arg-supported = supported
fault-arg-stage = stage
fault-arg-key = key
fault-arg-output = output
fault-place-sign = { $place }, character { $sign }
fault-detail = technical details
fault-place-table = table "{ $name }"
note-latest = Note: the file reports/runs/latest is damaged or gone; the last whole run is shown, { $run }. To set it right, do rsoko run.
note-language = Note: the language RSOKO_LANG={ $value } is not known (there are ru and en).
note-source-changed = Note: the file { $path } changed after the run: other values may stand in it by now. Do rsoko run.
note-source-gone = Note: the file { $path } is no longer there: the cells cannot be looked up. Bring it back, or do rsoko run.

cli-head-usage = Usage:
cli-head-commands = Commands:
cli-head-arguments = Arguments:
cli-head-options = Options:

cli-rsoko = rsoko: from the files of schools and districts to an explained list of schools that need help
    .usage = rsoko [OPTIONS] COMMAND
    .more =
        Examples:
          rsoko run                                 a run over the files in the folder data
          rsoko why 990045                          all about a school: why it is listed and what to check
          rsoko explain 990045 low_share_vpr_ma5    one number down to the cells of the source files
cli-run = Run: read the files, compute indicators and lists, write the reports
    .usage = rsoko run [PIPELINE] [OPTIONS]
    .more = Running again with nothing changed computes nothing, and says so.
cli-plan = Show which stages would run and why; changes nothing
    .usage = rsoko plan [PIPELINE] [OPTIONS]
cli-runs = List the finished runs
    .usage = rsoko runs [OPTIONS]
cli-why = All about a school: lists, reasons, probabilities, conditions, findings in its files
    .usage = rsoko why SCHOOL [--objectivity] [OPTIONS]
    .more = A school is given by the six digits of its login (990045), its login (edu990045) or a part of its name.
cli-explain = Explain a number: the formula with its numbers, then the rows and cells it was made of
    .usage = rsoko explain SCHOOL|MUNICIPALITY|region INDICATOR [--year YEAR] [--codes] [OPTIONS]
    .more = Names of indicators: rsoko method show METHOD; shares of social passports by the names that rsoko why prints
cli-method = Method packs: list, show, check
    .usage = rsoko method COMMAND
cli-method-list = List the method packs
    .usage = rsoko method list
cli-method-show = Show the rules and indicators of a pack
    .usage = rsoko method show NAME
cli-method-check = Prove a pack against the tables: unknown columns, refused expressions, thresholds
    .usage = rsoko method check NAME
cli-fit = Fit a regression to any CSV, XLSX or Parquet table
    .usage = rsoko fit TABLE FORMULA [OPTIONS]
    .more =
        Formula:
          score ~ meals + ell + factor(stype) | year      fixed effects after "|"
          score ~ within(x, school) + between(x, school) + (1 | school)    random intercept; inside and between schools (Mundlak)
          cbind(passed, failed) ~ log(income) + I(x^2) + a:b + c*d - 1
          factor(stype, ref = "town"): what is compared with; `names with spaces` stand in backticks
        Families (--family):
          gaussian      least squares; with a random intercept REML or ML (--likelihood)
          binomial      cbind(successes, failures), or a response of 0 and 1; logit
          fractional    shares from 0 to 1; logit, quasi-likelihood; needs robust errors
          poisson       numbers of events, not below 0; log; offset(log(n)) gives the exposure
        Errors (--se):
          classical     as the model says; the default without clusters (HC1 for shares)
          HC0 HC1 HC2 HC3    independent rows of unequal variance
          CR0 CR1       clusters (--cluster); CR1 also for two kinds: --cluster school,year; the default with effects after "|"
          CR2           clusters, Satterthwaite degrees of freedom: for few clusters; the default with clusters
          CR3           clusters, jackknife
          wild          wild cluster bootstrap (--draws, --seed); gaussian only
        Rows with missing values (empty, NA, a dash) are left out and counted.
        Decimal commas, ";", tabs and windows-1251 are recognised; a code with leading zeros is a word.
cli-synth = Make a practice region: invented schools, and files as they are sent
    .usage = rsoko synth DIR --schools N --seed S [OPTIONS]
    .more = The same seed gives the same files.
cli-synth-score = Hold a run against the truth of the region that it was made from
    .usage = rsoko synth score RUN [--truth DIR] [OPTIONS]
    .more = Figures with 95 % intervals (Wilson). With --json: all of them, by size of school.
cli-certify = Check the statistics on this machine and print a certificate
    .usage = rsoko certify [--simulations N] [--output FILE] [OPTIONS]
    .more = NIST reference sets, R's results, nearly singular designs, coverage of intervals. Takes about a minute.
cli-completions = Print the completion script of a shell
    .usage = rsoko completions SHELL
    .more = Shells: bash, zsh, fish, elvish, powershell.

cli-arg-pipeline = the pipeline file (pipelines/identification.toml by default)
    .value = PIPELINE
cli-arg-school = the school: six digits of its login, the login, or a part of the name
    .value = SCHOOL
cli-arg-indicator = the indicator's name in the method pack
    .value = INDICATOR
cli-arg-year = the year in which the school year ends (the latest by default)
    .value = YEAR
cli-arg-codes = show the codes of pupils (personal data: for work inside the centre only)
cli-arg-name = the pack's name: a file of pipelines/methods without .toml
    .value = NAME
cli-arg-table = the table: a CSV, XLSX or Parquet file, names of columns in the first row
    .value = TABLE
cli-arg-formula = the formula, such as "score ~ x + (1 | school)"
    .value = FORMULA
cli-arg-family = gaussian, binomial, fractional, poisson (gaussian by default, binomial for cbind)
    .value = FAMILY
cli-arg-se = errors: classical, HC0, HC1, HC2, HC3, CR0, CR1, CR2, CR3, wild
    .value = SE
cli-arg-cluster = the column of clusters, or two with a comma
    .value = COLUMN
cli-arg-weights = the column of weights (precision of a row; above 0)
    .value = COLUMN
cli-arg-level = level of the intervals (0.95 by default)
    .value = LEVEL
cli-arg-likelihood = likelihood of a random intercept: REML (the default) or ML
    .value = KIND
cli-arg-dispersion = over-dispersion: none (the default), pearson, williams
    .value = KIND
cli-arg-draws = draws of the bootstrap (9999 by default)
    .value = N
cli-arg-sheet = the sheet of a workbook (by default the first that holds a table)
    .value = SHEET
cli-arg-encoding = encoding of a text file that is not UTF-8 (windows-1251 by default)
    .value = ENCODING
cli-arg-dir = the folder to write to
    .value = DIR
cli-arg-schools = how many schools, from 10 to 40,000
    .value = N
cli-arg-seed = the seed of the random numbers
    .value = S
cli-arg-years = years, such as 2023..2025 (the default)
    .value = YEARS
cli-arg-format = files (as they are sent; the default), parquet (tables ready made), or raw-2021 (VPR alone, as the export of 2021, without dirt)
    .value = FORMAT
cli-arg-run = the run's id, or latest
    .value = RUN
cli-arg-truth = the folder with the truth (beside the senders' files by default)
    .value = DIR
cli-arg-profile = what the region is like: a name (typical, the default; honest, hard, class-effects, heavy-tails, absence, everybody-nudges) or a file *.toml
    .value = PROFILE
cli-arg-simulations = how often each interval is simulated (10000 by default)
    .value = N
cli-arg-output = a file for the certificate: text, or JSON where the name ends in .json
    .value = FILE
cli-arg-shell = the shell
    .value = SHELL
cli-arg-workspace = the folder that holds pipelines, data and reports (the current one by default)
    .value = DIR
cli-arg-lang = language of messages: ru or en (else RSOKO_LANG, else the locale)
    .value = LANG
cli-arg-threads = number of threads (does not change any result)
    .value = N
cli-arg-json = answer in JSON, for programs
cli-arg-quiet = print errors only
cli-arg-force = write into a folder that holds other files too; files of the same names are replaced
cli-arg-help = show this help
cli-arg-version = show the program's version

cli-reused = unchanged
cli-left = , { $time } left
cli-nothing-changed = Nothing has changed, nothing to do. Last results: { $path }
cli-done = Done. Run { $run }
cli-next = Why a school is listed: rsoko why SCHOOL
cli-no-findings = none
cli-empty-glob = no file fits the pattern "{ $glob }".
cli-sum-read = Read
cli-sum-findings = Findings
cli-sum-where = { $counts } (with their cells: sheet "Findings" of the workbook, table { $table })
cli-sum-files = { $read } of { $all }; not read: { $unread } (see the findings)
cli-sum-register = {" "}({ $inside } in the register, { $outside } not in it)
cli-sum-list = { $year }: { $listed } of { $of }{ $register }{ $decided }; not assessable: { $blind }{ $outside }
cli-sum-decided = ; with the decisions: { $with } (put on: { $on }, taken off: { $off })
cli-sum-outside = ; outside the population of the method: { $schools }
cli-sum-annex = Annex
cli-sum-foreign = The same in another language
cli-sum-beside = { $files } in the same folder
cli-sum-municipal = Workbooks of municipalities
cli-sum-workbook = Workbook
cli-sum-page = Report
cli-plan-head = Pipeline: { $pipeline }; method: { $method }; years: { $years }; sources: { $files }
cli-plan-reuse = unchanged
cli-plan-run = runs
cli-plan-finished = Nothing to do: the run { $run } is finished.
cli-runs-none = There is no finished run yet. The first one: rsoko run
cli-runs-run = run
cli-runs-pipeline = pipeline
cli-runs-years = years
cli-runs-rows = rows
cli-runs-errors = errors
cli-runs-listed = listed
cli-runs-finished = finished
cli-runs-latest = * the latest run
cli-synth-step = files of the region
cli-synth-done = Written: { $files }, folder { $path }
score-title = Run { $run } against { $truth }
score-list = List { $list }, { $year }
score-honest = Against the shares of an honest marking
score-marked = Against the shares as the schools mark (chance removed, inflation not)
score-yes-state = The verdict "yes" alone
score-words = Verdicts
score-schools = Probability of a school: as many should be truly low
score-criteria = Probability of a criterion: as many should truly meet it
score-sign-vpr_inflated = VPR marks that are too high (sign: lowered less often than expected), schools in tests
score-sign-journal_inflated = Journal marks that are too high (sign: lowered more often than expected), schools in tests
score-factors = Social factors
score-findings = Findings
score-all = all schools
score-size = participants
score-answers = answers
score-precision = of yes: true
score-recall = of true: found
score-false = of untrue: flagged
score-silent = not assessed (of them true)
score-state = state
score-verdict = verdict
score-truly = truly low
score-said = said
score-group = probability
score-true = true
score-outcome = outcome
score-factor = factor
score-planted-effect = planted
score-estimate = estimate
score-covered = covered
score-right = right
score-yes = yes
score-no = no
score-covered-all = intervals that cover the planted effect
score-found-all = acting factors that were found
score-invented-all = inert factors that were said to act
score-found-planted = planted and found
score-quiet = to be read without a word, and so read
score-wrong = called dirt wrongly
score-missed = missed: { $kind } ({ $found } of { $planted }), { $place }
score-wrong-at = wrongly: { $code }, { $place }
cli-synth-target = property
cli-synth-real = real regions
cli-synth-made = this one
cli-synth-fits = fits
cli-synth-inside = yes
cli-synth-outside = no
synth-target-small = tests with fewer than 10 participants, share
synth-target-tiny = tests with fewer than 5 participants, share
synth-target-median = participants of a school in a test, median
synth-target-icc = variance between schools, share, by grade
synth-target-icc_rise = by how much it rises from the lowest grade to the highest
synth-target-low_spring = marks 2, spring, share
synth-target-lowered_spring = marks below the journal, spring, share
synth-target-confirmed_spring = marks as in the journal, spring, share
synth-target-raised_spring = marks above the journal, spring, share
synth-target-edge_23_spring = totals at the cut 2/3 for one just below, spring
synth-target-low_autumn = marks 2, autumn, share
synth-target-lowered_autumn = marks below the journal, autumn, share
synth-target-confirmed_autumn = marks as in the journal, autumn, share
synth-target-raised_autumn = marks above the journal, autumn, share
synth-target-edge_23_autumn = totals at the cut 2/3 for one just below, autumn
synth-target-edge_34 = totals at the cut 3/4 for one just below
synth-target-edge_45 = totals at the cut 4/5 for one just below
synth-target-over_30 = schools with 30 % of marks 2 or more in a test, share
synth-target-cohort = correlation of a cohort's shares of marks 2, year to year
synth-target-context_r2 = differences between schools that context explains, share
method-rule = A criterion is met where the share is { $condition }. A school is listed where at least { $needed } of { $of } criteria are met, in each of so many latest years that can be assessed: { $years }.
method-least = from { $n } participants on
cli-method-sound = the pack { $name } is sound{ $parts ->
    [none] { "" }
   *[other] : { $parts }
}
method-adverse = A school is listed where the index of conditions (the weighted mean of standardised shares) is { $sign } { $cut } robust standard deviations. The shares of the index:
method-harder = more is harder
method-easier = more is easier
method-weight = weight { $weight }
cli-method-broken = broken
cli-method-broken-at = { $code }, { $place }; more: rsoko method check { $name }

usage-unknown-command = there is no command "{ $subject }"
usage-unknown-argument = unknown option "{ $subject }"
usage-value-missing = the option "{ $subject }" has no value
usage-value-invalid = the value "{ $value }" does not fit "{ $subject }"
usage-argument-missing = missing: { $subject }
usage-command-missing = no command was given
usage-conflict = the option "{ $subject }" cannot be combined with others that were given
usage-encoding = the command has characters that are not UTF-8
usage-other = the options do not fit each other
usage-known = ; allowed: { $known }
usage-similar = ; perhaps meant: { $similar }

reason-first = runs for the first time
reason-program = the program has changed
reason-parameter = parameter { $name } changed from { $before } to { $now }
reason-document = the file { $name } has changed
reason-seed = the seed has changed
reason-run = it prints the id of the run, which is new
reason-years = the years or the languages have changed
reason-source-added = new file { $path }
reason-source-changed = changed file { $path }
reason-source-removed = file gone: { $path }
reason-more-sources = more files: { $n }
reason-more-tables = more tables: { $n }
reason-method = the method has changed
reason-table = the table "{ $table }" has changed
reason-upstream = the table "{ $table }" may change
reason-lost = the table "{ $table }" is gone or damaged

why-rule = In each of the years that count ({ $years }) at least so many criteria met: { $met } of { $assessable } ({ $needed } needed).
why-chance = Probability that the rule holds for the true shares (of the same pupils, without the chance of a single sitting): { $probability } (Monte-Carlo error { $error } percentage points, { $draws } draws, seed { $seed }). Verdict: { $verdict }.
why-rank = Rank among the assessable schools: { $rank } (95 %: { $low } to { $high }), tier { $tier }.
why-outside = The list is not about this school: { $reason }.
why-outside-branch = The list is not about a branch by itself: its pupils are counted in its parent { $parent }.
why-place = Verdict: { $verdict }. Index of conditions { $index } (95 %: { $low } to { $high }), cut { $cut }. Place { $from } to { $to } of { $schools }; under other weights { $wfrom } to { $wto }, beyond the cut in { $beyond } of them. Set of shares: { $set }.
why-decided = Decided: { $decided }. By: { $by }, on: { $on }, document: { $document }. Why: { $reason }. ({ $place }) Above is what the rule computed.
why-obstacle = Why not assessable: { $reason }.
why-obstacle-year = Why not assessable: { $reason } ({ $year }).
why-obstacle-participants = Why not assessable: { $reason }, at most { $participants } ({ $year }).
why-criterion = criterion
why-year = year
why-share = share (95 %)
why-mark = mean mark (95%)
why-points = points (95%)
why-deviations = standard deviations (95%)
why-state = state
why-pupils = participants
why-threshold = threshold
why-distance = to the cut
why-probability = probability
why-trends = Figures over the years
why-trends-others = Indicators that no list counts
why-smoothed = smoothed
why-municipality = municipality (smoothed)
why-region = region
why-conditions = Conditions
why-index = { $year }: context index (to compare schools; the list is by the index of conditions, see above) { $index } (95 %: { $low } to { $high }), measures known: { $known } of { $asked }
why-breaks = Years that are not to be compared without a word
why-journal = Test marks and journal marks
why-test = test
why-lowered = lowered
why-confirmed = confirmed
why-raised = raised
why-both = with both marks
why-against = against expected
why-findings = Findings in the school's files
why-more = more findings: { $n }
why-next = Down to the cells: rsoko explain { $school } { $indicator } --year { $year }
why-of = { $part } of { $all }
explain-changed = {"  "}(the file changed since, or is gone)
explain-table = Table:
explain-filter = Rows:
explain-numerator = Numerator:
explain-denominator = Denominator:
explain-per-pupil = A pupil is in the numerator if:
explain-among = A pupil is in the denominator if:
explain-every-pupil = there is at least one of these rows
explain-pupil = Pupil { $number } (code hidden)
explain-pupil-coded = Pupil { $number } (code { $code })
explain-code = code { $code }
explain-tasks-above = Value of a pupil's test, above the line:
explain-tasks-all = below it:
explain-averaged = Averaged, rows: { $n }
explain-interval = 95 % interval: { $interval }
explain-smoothed = Smoothed with the region's schools: { $value }
explain-mean = { $value } ({ $unit }), pupils: { $pupils }
explain-value = Value of a row:
explain-of-rows = Mean of the rows:
explain-every-value = that have it
explain-threshold = The threshold of this year: { $threshold }
explain-no-threshold = The reference data have no threshold of this year for the one that the method names
explain-min = Fewer participants than the method asks for: { $n }
explain-differs = The rows do not add up to this figure: the method has changed since the run. Do rsoko run.
explain-above = In the numerator, rows: { $n }
explain-below = In the denominator only, rows: { $n }
explain-aside = Not counted (no result that counts), rows: { $n }
explain-unseen = Pupils of whom there is no row (pupils of the grade less the rows): { $n }; in the denominator only
explain-unseen-above = Pupils of whom there is no row (pupils of the grade less the rows): { $n }; in the numerator and the denominator
explain-row = row { $row }
explain-task-not_attempted = Х (not attempted)
explain-task-not_taught = not taught
explain-task-unreadable = unreadable
explain-no-set = No set of the list by conditions counts this share
explain-set = Set { $set }: by itself the share is { $met ->
    [yes] beyond the threshold
   *[no] not beyond the threshold
} ({ $bound }), pupils to it: { $pupils }; probability that the true share is beyond it: { $chance }; part of the index of conditions: { $part }
explain-set-unused = Set { $set }: it has no part in the index (not collected, rare, or it tells no schools apart)
explain-passports = The cells behind the figure (above the line, below it); rows of files: { $n }
explain-passports-aside = Sent and not counted, rows of files: { $n }
explain-smoothed-municipality = Smoothed by the other municipalities: { $value }
explain-region-alone = The region is one: there is nothing to draw it towards
explain-schools = The schools that the figure is made of: { $n }
explain-more = rows not shown: { $n } (all rows: --json)
cli-check = Read and validate a pipeline's files and print every finding; writes nothing
    .usage = rsoko check [PIPELINE] [OPTIONS]
cli-check-sum = Checked: { $files }, { $rows } rows, of them set aside { $aside }. Errors { $errors }, warnings { $warnings }, notes { $notes }.
cli-layout = Layouts of files: which there are, and what they recognise in a file
    .usage = rsoko layout COMMAND
cli-layout-list = List the layouts and the tables that they feed
    .usage = rsoko layout list
cli-layout-try = Show what the layouts recognise in a file and what not; draft a layout for an unknown form
    .usage = rsoko layout try FILE
cli-arg-file = file: a path inside the workspace
    .value = FILE
cli-layout-fits = read by the layout { $layout }; header in rows { $first }–{ $last }
cli-layout-none = no layout fits
cli-layout-mapped = read
cli-layout-task = task
cli-layout-ignored = known, not used
cli-layout-personal = personal data, not read
cli-layout-unknown = unknown
cli-layout-near = layout { $layout }: { $matched } columns recognised
cli-layout-missing = layout { $layout }: { $matched } columns recognised; needed and not there: { $missing }
cli-layout-draft = Draft of a layout (save it in pipelines/layouts and look at every line):

cli-arg-objectivity = signs of discrepancies between VPR marks, journal and exams: what speaks for and against, how often an honest school is told the same
signs-lead = These are signs of discrepancies, not a finding of misconduct: the way of marking, pupils who moved, another teacher may be behind them.
signs-official = Officially: { $list }, { $year }, document: { $document }.
signs-for = speaks for it
signs-against = speaks against it
signs-rate = of honest schools with { $band } participants in a test { $rate } get this grade or a higher one (error { $error })
signs-kind = kind
signs-year = year
signs-tests = tests
signs-found = found
signs-expected = expected
signs-p = p
signs-all = all
signs-sign = sign
signs-set = set
signs-test = test
signs-pupils = pupils
signs-flags = Flagged tests
signs-policy = Under the policy "{ $policy }" the place on the list { $list } is another: { $state }
signs-reply = What the school can show: the marked papers and protocols; the criteria behind the term marks; who marked and who checked; pupils who came and left; the results of a second marking by another school or under observation.
score-evidence = Evidence { $evidence } or above: { $finding }, schools
why-identity = { $kind ->
    [rename] The codes { $old } and { $new } are one school
    [merge] School { $old } is a part of school { $new } from { $from } on
    [split] School { $new } was a part of school { $old } up to { $from }
    [municipality] The school lies in another municipality from { $from } on
    [closed] School { $old } is closed from { $from } on
    [opened] School { $new } was opened in { $from }
   *[apart] The codes { $old } and { $new } are two schools
}: decided by { $by } on { $on } ({ $place }). Why: { $reason }. Rows given to another school by it: { $rows }.
