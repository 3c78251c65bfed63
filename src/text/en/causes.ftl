# Causes of faults: what was in the way (lower case, no full stop).
cause-said = { $said }
cause-encoding = the file is not written in UTF-8 (the first byte that does not fit is here): save it anew in UTF-8
cause-os-not-found = there is no such file or folder
cause-os-permission = no right to this file or folder
cause-os-read-only = the disk or folder can only be read
cause-os-full = no space is left on the disk
cause-os-quota = your share of this disk is used up
cause-os-is-folder = a folder stands where a file is needed
cause-os-is-no-folder = a file stands where a folder is needed
cause-os-exists = a file of this name is there already
cause-os-not-empty = the folder is not empty
cause-os-too-large = the file is too large for this disk
cause-os-name = the name is too long or has characters that are not allowed
cause-os-in-use = another program uses the file
cause-os-memory = there is not enough memory
cause-os-time = the disk did not answer in time
cause-os-network = the network disk was lost
cause-os-end = the file ends too early
cause-os-device = the device answers with an error: the disk may be broken or unplugged
cause-os-too-many-open = too many files are open
cause-os-loop = links lead in a circle
cause-os-other = the operating system refused
cause-toml-type = { $wanted_type ->
    [text] a text in quotes
    [whole] a whole number without quotes
    [real] a number
    [flag] true or false
    [list] a list in square brackets
    [table] a section with fields
   *[other] another kind of value
} is expected here, and { $found_type ->
    [text] a text
    [whole] a whole number
    [real] a fraction
    [flag] true or false
    [list] a list
    [table] a section with fields
    [date] a date
   *[other] something else
} was found
cause-toml-missing = the field `{ $name }` must be given
cause-toml-unknown = there is no field or value `{ $name }` here
cause-toml-twice = one field or section stands twice
cause-toml-bracket = a bracket is not closed
cause-toml-quote = a text stands without quotes, or a quote is not closed
cause-toml-comma = a comma between values is missing, or there is one too many
cause-toml-no-value = no `=` or no value stands behind the name of the field
cause-toml-equals = an `=` too many, or too few
cause-toml-number = the number is malformed or too large
cause-toml-key = the name of the field is malformed
cause-toml-syntax = this does not follow the rules of TOML
cause-value-empty = at least one is needed
cause-value-years = at least one year is needed, from 1990 to 2100
cause-value-ends = two numbers are expected: from and to
cause-value-order = the first number is larger than the second
cause-value-known = allowed: { $known }
cause-value-text = a text in quotes is expected
cause-value-names = a list of names in square brackets is expected
cause-value-names-twice = at least one name is needed, and none of them twice
cause-value-direction = a direction is 1, 0 or -1
cause-value-exam-score = an outcome of scores of an exam is needed: low results alone say little, and inflated tests manufacture resilience
cause-value-years-of = at least 1 and at most `of_last`
cause-value-base = a participation needs `base`, the indicator whose participants are the whole
cause-value-directions = names with a direction each are expected, such as {"{"} large_families = 1 {"}"}
cause-value-range = a whole number from { $from } to { $to } is expected
cause-value-languages = a text is given in both languages: ru and en
cause-value-id = such a name has small Latin letters, digits, `_` and `-`
cause-value-id-twice = the name stands twice
cause-value-mean = a mean needs value and unit (share, mark, points), and none of numerator, denominator, per_pupil, among
cause-value-no-tests = this table has no column { $column }: results cannot be standardised within a test
cause-value-unit-deviations = what is standardised is measured in standard deviations: no unit is needed
cause-value-unit-other = the value is measured in something else: { $measured ->
    [share] a share
    [mark] marks
    [points] points
   *[other] { $measured }
}
cause-value-threshold = a threshold is named so: document = "exam-minimums" with subject and form, "vpr-scales" with subject, grade and mark, "oge-scales" with subject and mark
cause-value-not-a-share = a list counts shares, and this is a mean
cause-value-scale-rises = the bounds of the marks must rise, three at most
cause-value-formula = either numerator and denominator are expected, or per_pupil (with among, where needed)
cause-value-contingent = the pupils of a grade can be counted where per_pupil asks every pupil: per_pupil without among
cause-value-tasks = the tasks of one pupil are averaged first: kind = "mean" with numerator and denominator (counts over the tasks of a test), or per_pupil
cause-value-no-pupils = this table has no column { $column }: the rows of one pupil cannot be put together
cause-value-not-negative = a number of at least 0 is expected
cause-value-positive = a number of at least 1 is expected
cause-value-condition = a comparison and a share are expected, such as >= 0.30
cause-value-cut = a comparison and a number are expected, such as >= 0.75: schools above the cut are listed
cause-value-above-zero = a number above 0 is expected
cause-value-no-adverse = this pack has no list by conditions of work ([[adverse]])
cause-value-share = a share lies between 0 and 1
cause-value-decision = `not_listed` must be smaller than `listed`
cause-value-years-rule = each of last N is expected, N from 1 to 10
cause-value-within-skip = within_last goes only with unassessable = "skip"
cause-value-objectivity = allowed: flag
cause-value-pattern = the pattern of names is malformed
cause-value-glob = the pattern of file names is malformed
cause-value-output = the name of a report's file has letters, digits, `_` and `-`, no folder and no ending
cause-value-output-twice = another report writes a file of this name
cause-graph-two-writers = two stages write it: { $first } and { $second }
cause-graph-no-writer = the stage { $reader } needs it, and no stage writes it
cause-graph-circle = the stages wait for each other in a circle: { $stages }
cause-graph-stage-twice = the stage { $stage } stands twice
cause-graph-given-written = it is given as a file, and a stage writes it as well
cause-path-foreign = the path is absolute, has `..` or `.` in it, or backslashes
cause-path-link = this is a link and not the file itself: links are not followed
cause-path-own = the pattern finds the program's own files (the folders reports and data/lake), not files that were sent
cause-path-truth = the folder truth holds the answers of a synthetic region: no run may see them
cause-damaged-bytes = the content of the file is spoilt
cause-damaged-gone = the file is gone
cause-damaged-hash = the content of the file changed after it was written
cause-damaged-changed = the file changed while the run went on
cause-damaged-latest = the file reports/runs/latest names no finished run
cause-column-missing = there is no such column
cause-column-type = the values of the column are of another kind than declared
cause-column-null = an empty cell where a value must stand
cause-num-prior = the distribution of the figure could not be estimated
cause-usage-threads = { $value } threads are not possible: from 1 to { $most }
cause-query-column = there is no column `{ $name }`
cause-query-types = the operation does not fit the kind of the values: a number is compared with a text, for instance
cause-query-twice = one name of a column comes twice: give the columns different names (AS)
cause-query-sql = the query was not understood
cause-query-shape = the parts of the query do not fit each other in their rows
cause-query-failed = the query could not be carried out on the data: a value does not fit the operation
cause-query-yes-no = a condition must give yes or no
cause-query-number = the value of a row must be a number
cause-query-pupil-yes-no = what is asked of a pupil's rows must give yes or no, such as >= 2
cause-query-more-than-all = the numerator counts pupils whom the denominator does not
cause-sql-syntax = the query was not understood
cause-sql-end = the query breaks off: something is missing, or a bracket is not closed
cause-sql-word = the query was not understood at the word `{ $word }`
cause-sql-word-at = the query was not understood at the word `{ $word }` (line { $query_line } of the query, character { $sign })
cause-sql-token = a quote in the query is not closed, or there is a character that is not allowed
cause-sql-deep = the query is nested too deeply
cause-sql-long = the query is too long
cause-sql-expression = this kind of expression is not allowed
cause-sql-call = this kind of call is not allowed
cause-sql-window = a window is written whole inside OVER (…)
cause-sql-clause = this part of the query is not allowed
cause-sql-one-select = one SELECT is allowed, and nothing else
cause-sql-tables = only tables of the run may be read
cause-sql-sum = only whole numbers may be summed: say CAST(… AS BIGINT) where they are whole
cause-sql-one-expression = one expression is allowed, and nothing behind it
cause-sql-count-needs = a count needs COUNT, SUM, MIN or MAX
cause-sql-count-whole = a count must give a whole number
cause-value-tally = each row adds 0 or 1 to a share (or a number of pupils that stands in the table)
cause-sql-subquery = a subquery is not allowed here
cause-sql-one-table = only the columns of one table are allowed, without windows
cause-sql-count-column = a column of a count stands inside COUNT, SUM, MIN or MAX
cause-sql-aggregate = an aggregate is not allowed here
cause-sql-count-only = only COUNT, and SUM, MIN and MAX of whole numbers, are allowed
cause-sql-multiply = a count adds up: multiplication is not allowed
cause-sql-digits = a number in a count has at most four digits
cause-sql-float-aggregate = a mean of fractions depends on the order of adding: divide whole sums by counts
cause-sql-function = this function is not allowed
cause-report-fence = the first line of the template is not `---`
cause-report-head = the head of the template is not closed by `---`
cause-report-cell = the cell is not closed by three backquotes
cause-report-attributes = pairs key=value are expected behind the kind of a cell
cause-report-need = { $key }=… is missing
cause-report-data = no query above is named `{ $name }`
cause-report-lists = the lines {"{"}% lists %{"}"} and {"{"}% endlists %{"}"} do not come in pairs
cause-report-chart = there is no chart of the kind `{ $name }`
cause-report-column = the answer has no column `{ $name }`
cause-report-drawn = no chart or table can be made of this answer
cause-report-template = the template of the text could not be filled in
cause-sources-layout = the files open, but no header fits any layout (pipelines/layouts)
cause-sources-damaged = the content of the files is not what their names say, or is damaged
cause-report-steps = the text takes more than { $steps } steps to fill in, or grows too long: a loop is too large
cause-report-long = the page grows beyond { $bytes } bytes here: print less of an answer
cause-report-rows = the query gives more than { $most } rows: a condition is missing, or a LIMIT
cause-report-picture = a picture ({ $url }): the page is one file and brings nothing with it; draw with a chart cell
cause-report-link = a link to { $url }: only https, http, mailto and # are followed
cause-report-theme = the theme loads something from elsewhere: the page is one file and brings nothing with it
cause-file-no-pipeline = this is no pipeline (.toml) but a file of data
    .cure = pipelines stand in the folder pipelines; to see what is recognised in a file: rsoko layout try FILE
