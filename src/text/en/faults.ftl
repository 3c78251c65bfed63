# Trouble with the run: what happened (lower case, no full stop) and what to do.
fault-E101 = internal error of the program
    .cure = your data are safe; send the developers this text and the manifest.json of the last run
fault-E201 = the command was not understood
    .cure = see the examples: rsoko --help, and for one command: rsoko COMMAND --help
fault-E202 = nothing was found
    .cure = check the spelling
    .cure-school = check the spelling: a school is given by the six digits of its login (990045), its login (edu990045) or a part of its name
    .cure-indicator = check the indicator's id; all indicators of the method: rsoko method show { $method }
    .cure-figure = the school has no such figure for this year; its figures over the years: rsoko why { $school }
    .cure-method = check the method's name; all methods: rsoko method list
    .cure-run = check the run's id; all runs: rsoko runs
    .cure-truth = the truth of a synthetic region stands in the folder truth beside its files; for a run from elsewhere name it: --truth DIR
    .cure-table = the run has no such table: add the stage that writes it to the pipeline and do rsoko run
fault-any-method = METHOD
fault-E203 = no workspace here: there is no folder pipelines
    .cure = go to the folder that holds pipelines, data and reports, or name it: --workspace DIR
fault-E204 = several things fit
    .cure = be more exact: give the six digits of the school's login, or the whole name
fault-E205 = there is no finished run yet
    .cure = do rsoko run first
fault-E206 = the folder holds files of others, or changed ones: it is not written over
    .cure = name another folder or an empty one; to write into this one all the same, add --force: files of the same names are replaced
fault-E207 = the formula is not understood
    .cure = correct the formula in the marked place; for examples see rsoko fit --help
fault-E208 = the options do not go together
    .cure = what each option needs is said in the help: the same command with --help
fault-E301 = a declared file is missing
    .cure = put the file in this place, or correct the path in the declaration
fault-E302 = the declaration cannot be read
    .cure = open the file at this line: mostly a quote or a bracket is not closed, a field's name is misspelt, or a number stands in quotes
    .cure-encoding = open the file in an editor and save it in UTF-8
    .cure-field = correct the field's name or its value, or add what is missing; for an example see pipelines/identification.toml
fault-E303 = { $kind ->
    [column] there is no column `{ $name }`
    [table] there is no table `{ $name }`
    [indicator] there is no indicator `{ $name }`
    [word] the column `{ $column }` never holds `{ $name }`
    [measure] there is no measure `{ $name }`
    [layout] there is no layout `{ $name }`
    [rows] the pack has no part [rows.{ $name }]
    [set] the pack has no set of factors `{ $name }`
    [stage] there is no stage `{ $name }`
    [parameter] the stage has no parameter `{ $name }`
    [threshold] the reference data have no threshold `{ $name }`
   *[other] unknown name `{ $name }`
}
    .cure = correct the name in this line; the names of tables and columns are listed in the catalog.json of any run
    .cure-indicator = correct the name in this line; the method's indicators: rsoko method show { $method }
    .cure-measure = correct the name in this line; measures are named in the layout of the social passport (pipelines/layouts, field to)
    .cure-layout = correct the name in this line; layouts stand in the folder pipelines/layouts
    .cure-stage = correct the stage's name in this line; for an example see pipelines/identification.toml
    .cure-rows = correct the name, or add a part [rows.{ $name }] with table, where and min_n
    .cure-set = correct the set's name (parameter set of the stage factors), or leave it out: then the pack's first set is taken
    .cure-word = correct the word in this line; if your files do have it, add it to the section [words] of the pack (for example kind = ["cadet"])
    .cure-threshold = correct the threshold in this line; which there are stands in the files of data/reference (exam-minimums.toml, vpr-scales.toml, oge-scales.toml)
    .cure-parameter = correct the parameter's name, or remove it; for an example see pipelines/identification.toml
fault-E304 = the query reaches for something that is closed to it
    .cure = a query is one SELECT over the run's tables; files, subqueries in a method pack and other functions are closed
fault-E305 = the query cannot be carried out
    .cure = compare the names of tables and columns with catalog.json and correct the query in this line
fault-E306 = the stages do not form a chain
    .cure = check the list of stages: every table needs exactly one stage that writes it
fault-E307 = the value { $value } of `{ $field }` is out of its range
    .cure = correct the value in this line
    .cure-option = give another value and repeat the command
fault-E308 = this path is closed to a run
    .cure = put the files that were sent into the folder data (not data/lake, not truth), and give their path from the workspace on, without ".." and without links
fault-E309 = the report template is malformed
    .cure = correct this line of the template; for an example see reports/identification.en.md
fault-E310 = the value { $value } of `{ $field }` is not supported yet
    .cure = put { $supported } in this line
fault-E311 = the condition of the indicator leaves open which rows of { $table } it counts: it names no { $column }
    .cure = add one of these to `where` by AND: { $example }; a rule that counts repeated rows too says so: (repeat OR NOT repeat)
fault-E401 = no source file was found
    .cure = check the section [sources] of the declaration and put the files into the folders named there
fault-E402 = not one source file could be read
    .cure = open the named file in Excel and save it anew as "Excel Workbook (.xlsx)"
fault-E403 = the table cannot be read
    .cure = CSV, XLSX and Parquet will do; open the file in Excel and save it anew, or give --sheet and --encoding
fault-E501 = validation of the data stopped the run
    .cure = correct the cells listed in the findings and run again
fault-E601 = the computation has no trustworthy answer
    .cure = leave out a measure or take several years together; which measure is in the way is said above
fault-E602 = these data do not give this model an answer
    .cure = change the formula or the data: what is in the way is said above
fault-E603 = the statistics miss their bars, checks: { $missed }
    .cure = do not use results computed on this machine, and send the certificate to the developers
fault-E801 = another run is going on in this workspace
    .cure = wait until it has ended and repeat the command
fault-E802 = a stored table is damaged
    .cure = do rsoko run: what is damaged will be computed anew from the source files
fault-E803 = a table has not the columns that it should have
    .cure = do rsoko run; where the table comes from a file of yours, compare its columns with catalog.json
fault-E901 = the disk refused
    .cure = check the rights of the folder and that the file is not open in another program, and repeat; the last run is unharmed
fault-E902 = the disk is full
    .cure = free some space and repeat the command; the last run is unharmed
fault-E903 = the fenced reading process cannot be started
    .cure = check that the program may start itself and that there is enough memory
fault-E904 = the answer could not be printed
    .cure = look where the output goes to (space, rights); the run itself is unharmed: repeat the command
