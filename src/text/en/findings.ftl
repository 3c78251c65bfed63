# Trouble in the data: what is wrong and what to do. $value as printed in the file, $detail what was expected, $column the column.
severity-error = error
severity-warning = warning
finding-grade = grade { $grade }
severity-note = note

finding-quoted = "{ $value }"
finding-look = that looks like "{ $value }" (it is hidden itself: x is a letter, 9 a digit)
finding-masks = A value of a cell is quoted only where it cannot be personal (short numbers, words of lists); of any other its look is shown: x or X for a letter, 9 for a digit. The value itself stands in the file, at the address of the cell.

finding-S101 = the file was stopped while it was read: { $detail ->
    [bytes] it has more than { $value } bytes
    [parts] its archive has more than { $value } parts
    [cells-in-a-sheet] a sheet has more than { $value } cells
    [cells-in-the-file] it has more than { $value } cells
    [bytes-inflated] unpacked it has more than { $value } bytes
    [bytes-in-one-token] a piece of it is too long
    [bytes-of-text] it has too much text
    [characters-in-a-cell] a cell has more than { $value } characters
    [columns] it has more than { $value } columns
    [levels-of-markup] it is built too deeply
    [merged-ranges] it has more than { $value } merged cells
    [ranges-of-columns] it has too many descriptions of columns
    [shared-strings] it has more than { $value } texts
    [time] reading it took too long
    [memory] it needs more memory than it is granted
    [answer] too much data comes out of it
   *[other] it broke the reader
}
    .cure = open the file in Excel, copy the sheet into a new workbook ("Paste values") and save it as .xlsx
finding-S102 = the file cannot be read: { $detail ->
    [empty] it is empty
    [no-workbook] it is not an Excel workbook
    [old-or-locked] it is a workbook under a password, or of too old a form
    [web-page] it is a web page under the name of a workbook
    [plain-text] it is a text file under the name of a workbook
    [cut-off] it is cut off: copied or received in part
    [spoilt] a part of the workbook is damaged
    [packing] it is packed in a way that Excel does not use
    [markup] the markup of the workbook is broken
    [addresses] addresses of cells lie outside the sheet, or are repeated
    [missing-part] a part that every workbook has is missing
    [no-sheet] the workbook has no sheets with cells
    [no-text] what it holds is not text
    [encoding] the encoding that the layout names is not known
   *[other] its content is not what its name says, or is damaged
}
    .cure = { $detail ->
        [empty] ask for the file again: the one that came is empty
        [old-or-locked] open the file in Excel, take its password away if it has one ("File" → "Info" → "Protect Workbook"), and save it as "Excel Workbook (.xlsx)"
        [web-page] open the file in Excel and save it as “Excel Workbook (.xlsx)”; better, ask for a real export
        [plain-text] rename the file to .csv, or open it in Excel and save it as “Excel Workbook (.xlsx)”
        [no-text] open the file in the program that made it and save it anew as CSV or as "Excel Workbook (.xlsx)"
        [encoding] correct the encoding in the layout (pipelines/layouts, field encoding)
       *[other] open the file in Excel and save it anew ("Save as" → "Excel Workbook (.xlsx)"); if it does not open, ask for it again
    }
finding-S103 = unknown form: no layout fits the header of the file
    .cure = compare the header with the form; if the form is new, add its layout to pipelines/layouts
finding-S104 = there are no rows below the header
    .cure = check that this is the right sheet; where no data are due, there is nothing to do
finding-S105 = a hidden sheet was read
    .cure = show the sheet (right click on the tabs → "Unhide") and decide whether it is needed; delete it if not
finding-S106 = hidden rows were read: { $detail }
    .cure = clear the filter and unhide the rows; delete rows that are not needed instead of hiding them
finding-S107 = cells with formulas: { $detail }; the values of their last calculation were used
    .cure = open the file in Excel, recalculate (F9) and save it, if the formulas' source has changed
finding-S108 = a column that is needed is not in the header: { $detail }
    .cure = add the column under this heading, or correct the heading after the form
finding-S109 = characters do not belong to the file's encoding
    .cure = save the file anew as UTF-8 ("CSV UTF-8 (comma delimited)") and check the marked cells
finding-S110 = a column with personal data (“{ $detail }”) was not read
    .cure = nothing to do; next time send the file without this column
finding-S111 = a column with data is not part of the form: it was not used
    .cure = if the column is needed, correct its heading after the form; if not, delete it
finding-I201 = a value { $quoted } stands where a number should be
    .cure = enter the number; where there is no value, leave the cell empty
finding-I202 = { $detail ->
    [blank] the cell is empty, and without this word the row cannot be counted: it was set aside
   *[other] the value { $quoted } is not one of those allowed
}
    .cure = enter a word of the form's list
finding-I203 = the row was set aside: nothing tells which school it belongs to
    .cure = enter the school's login (edu and six digits) and send the file again
finding-I204 = the total in the file is not the sum of the tasks; rows of this school: { $detail } (the first says "{ $value }")
    .cure = check the formula of the total and the points of the tasks; the printed mark was used, and where there is no column of marks, the mark that the sum of the tasks gives
finding-I205 = the value { $quoted } lies outside its scale
    .cure = correct the value in this cell
finding-I206 = a value { $quoted } does not look like a value of this column ({ $column ->
    [class] example: { $detail }
    [variant] example: { $detail }
   *[other] digits expected: { $detail }
}) and was not kept
    .cure = correct the cell by the protocol: codes and INN are digits only, a class is like 5А, a variant is a number
finding-I207 = school { $value }: rows of participants without any result were set aside: { $detail }
    .cure = if the participant took the test, enter the points; if not, mark them absent
finding-I208 = numbers contradict each other: { $value } and { $detail }
    .cure = check that no part is larger than the whole, and that a school's line names as many participants as there are rows
finding-V301 = school { $value } is not in the register of this year, but has results, rows: { $detail }; it counts for the region, and for a municipality only where the register of another year knows it
    .cure = add the school to the register of this year, or correct the login in the file of results
finding-V302 = { $column ->
    [repeat] rows of participants of this school stand twice in one test, alike in every value: { $value }; each of them counts once (the first of them stands again at { $detail })
   *[pupil_code] one code of a participant stands in several rows of one test of this school, with different values (also at { $detail }): all of them count
}
    .cure = { $column ->
    [repeat] nothing to do for the figures; next time send every row once
   *[pupil_code] compare the rows with the protocol: correct the code where these are two participants, delete the wrong row where it is one
}
finding-V303 = { $detail ->
    [school] there is no register of schools for { $value }: the results of this year were not checked against one
    [measure] there are no social passports for { $value }, which other years have: the schools' conditions in this year are unknown
    [vpr] there is not one VPR row for { $value }, which other years have
    [oge] there is not one OGE row for { $value }, which other years have
    [ege] there is not one EGE row for { $value }, which other years have
   *[other] { $value } has no row of what other years have: { $words }
}
    .cure = { $detail ->
    [school] add the register of this year, or take the year out of the pipeline
    [measure] add the social passports of this year, or take the year out of the pipeline
   *[other] add the files of this year, or take the year out of the pipeline
}
finding-V304 = { $column ->
    [repeat] figures of schools say again, and alike, what another file or sheet has said, schools: { $value } (the first of them stands also at { $detail }); the figures do not change by it
   *[other] school { $value } gave one figure more than once; different values: { $detail }, the first was taken
}
    .cure = { $column ->
    [repeat] remove the file or the rows that are too many
   *[other] find out which value is right and keep one row
}
finding-V305 = school { $value } stands more than once in the register, rows: { $detail }; the first was taken
    .cure = keep one row of the school in the register of this year
finding-V308 = an official list has school { $value }, which the register of no year has
    .cure = check the school's code on the list; add the school to the register if there is one, and write it into a file of data/identity if its code changed
finding-V312 = the official list names the school { $value } more than once, rows: { $detail }; it counts once
    .cure = leave one row of the school
finding-V313 = the school { $value } stands on the federal and on the regional list of { $detail }, though the regional one adds to the federal one
    .cure = check the school’s code and the documents of both lists; where it is on the federal one, take it off the regional one
finding-V309 = the register of this year does not say to which school the branch { $value } belongs: the parent was taken from the register of { $detail }
    .cure = write the login of the school (edu and six digits) into the column of the parent
finding-V311 = the register does not say to which school the branch { $value } belongs, or knows no such school: the pupils of the branch count as those of a school of its own
    .cure = write the login (edu and six digits) of a school of the register into the column of the parent
finding-V306 = the mark does not follow from the score by the scale of the year; rows of this school: { $detail } (the first has the mark { $value }); the printed mark was used
    .cure = check the score and the mark of this row against the scale
finding-S112 = nothing tells what the sheet belongs to: no { $detail ->
    [year] school year
    [grade] grade
    [school] school
   *[subject] subject
}; all its rows were set aside
    .cure = write year, grade and subject into the file name or the title of the sheet
finding-S113 = the file, its name or its folder disagree about the sheet: { $column ->
    [year] school year { $value } and { $detail }
    [wave] { $value ->
        [autumn] autumn and spring
       *[other] spring and autumn
    }
    [grade] grade { $value } and { $detail }
    [school] school { $value } and { $detail }
   *[subject] subject “{ $value }” and “{ $detail }”
}; the first was taken
    .cure = check that the right file lies in this folder, and correct its name, its title or its date; a school year is named by the year in which it ends
finding-S114 = rows without data (totals, group lines, pre-filled empty rows) were skipped: { $detail }
    .cure = nothing to do
finding-S115 = the text file was read as { $value }, separator { $detail ->
    [tab] a tab
   *[other] “{ $detail }”
}
    .cure = nothing to do if the letters in the tables are right
finding-S116 = the sheet fits no layout and was not read
    .cure = if it holds data that you need, compare its header with the form
finding-S117 = no column “{ $detail }” in the header: its values count as unknown
    .cure = add the column, or correct its header by the form
finding-S118 = the hidden column “{ $detail }” was read
    .cure = show the column and check its values
finding-S119 = cells below the header are merged: only the first of them has the value
    .cure = undo the merge and write the value into every row
finding-S120 = the pattern `{ $detail }` finds no file
    .cure = check the folder and the pattern in the section [sources] of the pipeline; remove the pattern if it is not needed
finding-I209 = school { $value }: scores stand beside the tasks or under an empty header, rows: { $detail }; another form may have been used
    .cure = compare the school’s protocol with the form and move the scores under the right headers
finding-I210 = Latin letters in the names of classes were replaced by the Cyrillic ones that they look like, rows: { $detail }
    .cure = nothing to do; next time type names of classes in Cyrillic
finding-I211 = school { $value }: pupils with scores have empty tasks, rows: { $detail }
    .cure = write a score or X (not attempted) into every task
finding-I212 = marked as not having taken part ({ $said }), but with scores: they were not used
    .cure = correct the mark of attendance, or remove the scores
finding-I213 = no scale from scores to marks for the test: { $words }; marks were not computed
    .cure = add the scale to data/reference/vpr-scales.toml; a test of autumn may have the programme of the grade before, so that no scale of spring is applied to it
finding-S121 = the date of the test above the table cannot be read ({ $value }): year and wave were taken from the title and the names
    .cure = write the date as 15.04.2024
finding-I214 = codes of this column cannot be right: wrong control digits, another region, or telephones; not kept: { $detail } (the first looks like { $value })
    .cure = correct the codes by the register of organisations; telephones have a column of their own, which is not read
finding-I215 = a telephone, an address of e-mail or the number of a document stands in the name: it was replaced by "…"
    .cure = leave only the name in this cell
finding-V307 = for { $value } there are no results at all: lists and indicators of this year cannot be made
    .cure = add the files of this year, or take the year out of the pipeline; check that the years in titles, file names and dates are right
finding-A401 = { $value ->
    [no_data] in { $detail } fewer than two schools have counts of
    [all_alike] in { $detail } all schools have 0 %, or all have 100 %, of
   *[no_spread] in { $detail } the schools differ no more than by chance in
} { $column ->
    [large_families] "{ measure-large_families }"
    [single_parent] "{ measure-single_parent }"
    [low_income] "{ measure-low_income }"
    [both_parents_graduates] "{ measure-both_parents_graduates }"
    [one_parent_graduate] "{ measure-one_parent_graduate }"
    [both_parents_unemployed] "{ measure-both_parents_unemployed }"
    [parent_disabled] "{ measure-parent_disabled }"
    [foster_care] "{ measure-foster_care }"
    [socially_dangerous] "{ measure-socially_dangerous }"
    [one_parent_unemployed] "{ measure-one_parent_unemployed }"
    [housing_comfortable] "{ measure-housing_comfortable }"
    [housing_partly] "{ measure-housing_partly }"
    [school_register] "{ measure-school_register }"
    [police_register] "{ measure-police_register }"
    [special_needs] "{ measure-special_needs }"
    [non_native_russian] "{ measure-non_native_russian }"
   *[other] "{ $column }"
}: the analysis went on without this measure
    .cure = { $value ->
    [no_data] add the files of this year that hold the measure, or mend the empty and wrong numbers in them (see the other findings)
    [all_alike] check whether the schools filled in this measure: zeros everywhere often mean that they did not
   *[no_spread] nothing to do: this measure cannot tell the schools apart
}
finding-A420 = a decision on a school was not used: { $detail ->
    [early] it is dated before the school year of the list began
    [repeated] another decision says the same of the school, and the latest one was applied
    [list] the run has no such list of this year
    [school] the list knows no such school
    [state] its state is neither “listed” nor “not_listed”
    [document] it names no document
    [by] it does not say who decided
    [on] its day is not written as 2025-11-20
    [why] it does not say why
   *[contradiction] another decision on the same school says otherwise
}
    .cure = correct this line of the file in data/decisions; until then the state that the rule computed holds
finding-A421 = the method { $detail } has not what the stage { $column } is told to use: { $value }{ $column ->
    [factors] ; factors are not examined, the tables of the stage are empty
   *[other] ; of what is named is taken what it has, and where it has nothing the criteria of its lists
}
    .cure = name what this method has (rsoko method show { $detail }), or take the stage out of the pipeline
finding-A410 = { $detail ->
    [none] there are no results by which schools are assessed: on the list of { $value } no school is assessable
   *[other] in the last year of the pipeline, { $value }, there are no results by which schools are assessed: the list is that of { $detail }
}
    .cure = check that all files of this year are there (see the other findings), or take the year out of the pipeline
finding-A411 = { $column ->
    [federal] the federal list
    [regional] the regional list
   *[other] the official list “{ $column }”
} is of { $value }, the computed one of { $detail }: an earlier one stands beside it under its own year, a later one does not
    .cure = add the official list of the computed list's year, or mind in reading that the lists are of different years
finding-A412 = the criterion { $value } has not one row in any year: the list is made by the other criteria
    .cure = add the files with the results; if they are there, check the criterion's where in this line of the pack
finding-A413 = the indicator { $value } has not one row in any year
    .cure = if there should be results, add their files; if they are there, check the indicator's where in this line of the pack
finding-A414 = the condition “{ $value }”, by which schools are left out, is met by no school of the register
    .cure = nothing to do if the region has no such schools; else check the column of the register of which the condition speaks
finding-I220 = the printed total leaves out tasks { $value }: nine in ten of the wrong totals say so (wrong totals / all totals · schools: { $detail })
    .cure = mend the formula of the total in the form; the total was recomputed from the tasks, and the method says which of both counts
finding-I221 = school { $value }: pupils wrote one of the two parts of the test, rows: { $detail }; only a printed mark is used
    .cure = if the other part was written, enter its points and its variant
finding-I222 = codes of pupils begin with { $value } and not with the grade of the test, rows: { $detail }
    .cure = an autumn tests the programme of the grade before, and the codes begin with the next one: nothing to do then; otherwise look whether the right file lies in this folder
finding-S122 = in a file of this kind (.xls, .ods) nobody can see which rows and columns are hidden: all were read
    .cure = remove filters and save the file as “Excel Workbook (.xlsx)” where the hidden must be told apart
finding-I223 = the question has the answer “{ $value }” although an earlier answer skips it; the answer was kept
    .cure = compare both answers and mend the wrong one
finding-V310 = the aggregated file says { $value }, the rows of pupils { $detail }
    .cure = compare the aggregated file with the protocols: one of them is incomplete or of another export; indicators are computed from the rows of pupils
finding-I230 = a decision on who is who was not applied: { $detail ->
    [kind] its kind is none of “rename”, “merge”, “split”, “municipality”, “apart”, “closed”, “opened”
    [school] no school is named: a login or the six digits of a code
    [same] the code before and the code after are one
    [by] nobody is named who decided
    [on] the day is not written as 2025-11-20
    [why] nothing says why
    [system] the system is neither “ris” nor “fis_oko”
   *[contradiction] another decision leads the same school elsewhere
}
    .cure = correct this line of the file in data/identity; until then the school goes under the code that stands in the files
finding-V320 = { $column ->
    [rename] this looks like one school under two codes: { $value }, from { $detail } on; nobody has decided on it, the codes count as two schools
    [merge] the school seems to have become a part of another: { $value }, from { $detail } on (that one grew by this one's pupils); nobody has decided on it
    [split] the school seems to have been a part of another: { $value }, up to { $detail } (that one shrank by this one's pupils); nobody has decided on it
    [opened] school { $value } is in the register from { $detail } on; of which school it was a part cannot be seen, nobody has decided on it
   *[closed] school { $value } is not in the register from { $detail } on; which school took it in cannot be seen, nobody has decided on it
}
    .cure = decide who is who and write the decision into a file of data/identity (the README has an example); it is applied to all years
finding-V321 = { $column ->
    [municipality] from { $detail } on the register puts school { $value } into another municipality; the code is the same, so is the school
   *[rename] from { $detail } on school { $value } has another name in the register; the code is the same, so is the school
}
    .cure = if this is another school under the old code, tell whoever keeps the register; to silence this note, confirm the change in a file of data/identity
finding-V322 = schools of one city answer a question about the city ({ $column }) differently, different answers: { $detail }; most often “{ $value }”
    .cure = compare the answers of the city's schools with each other and with a gazetteer; the answers were kept as given
finding-V323 = the municipality “{ $value }” holds correctional schools only (schools: { $detail }): it is no place, the schools lie in different districts
    .cure = mind this where municipalities are compared; where districts are needed, enter them in the register
