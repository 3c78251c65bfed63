# Trouble in the data: what is wrong and what to do. $value as printed in the file, $detail what was expected, $column the column.
severity-error = error
severity-warning = warning
severity-note = note

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
    [no-workbook] it is no Excel workbook
    [old-or-locked] it is a workbook of the old kind (.xls) or one with a password
    [cut-off] it is cut off: copied or received in part
    [spoilt] a part of the workbook is spoilt
    [packing] it is packed in a way that Excel does not use
    [markup] the markup of the workbook is broken
    [addresses] cells stand outside the sheet, or twice
    [missing-part] a part of the workbook is missing
    [no-sheet] the workbook has no sheets with cells
    [no-text] it is no text file
    [encoding] the encoding that the layout names is not known
   *[other] its content is not what its name says, or is damaged
}
    .cure = open the file in Excel and save it anew ("Save as" → "Excel Workbook (.xlsx)"); if it does not open, ask for it again
finding-S103 = unknown form: no layout fits the header of the file
    .cure = compare the header with the form; if the form is new, add its layout to pipelines/layouts
finding-S104 = there are no rows below the header
    .cure = check that this is the right sheet; where no data are due, there is nothing to do
finding-S105 = a hidden sheet was read
    .cure = show the sheet (right click on the tabs → "Unhide") and decide whether it is needed; delete it if not
finding-S106 = hidden rows were read
    .cure = clear the filter and unhide the rows; delete rows that are not needed instead of hiding them
finding-S107 = cells hold formulas: the values of their last calculation were used
    .cure = open the file in Excel, recalculate (F9) and save it, if the formulas' source has changed
finding-S108 = a column that is needed is not in the header: { $detail }
    .cure = add the column under this heading, or correct the heading after the form
finding-S109 = characters do not belong to the file's encoding
    .cure = save the file anew as UTF-8 ("CSV UTF-8 (comma delimited)") and check the marked cells
finding-S110 = a column with personal data was not read
    .cure = nothing to do; next time send the file without this column
finding-S111 = a column with data is not part of the form: it was not used
    .cure = if the column is needed, correct its heading after the form; if not, delete it
finding-I201 = "{ $value }" stands where a number should be
    .cure = enter the number; where there is no value, leave the cell empty
finding-I202 = the word "{ $value }" is not one of those allowed
    .cure = replace it with a word of the form's list
finding-I203 = the row was set aside: the school cannot be told
    .cure = enter the school's login (edu and six digits) and send the file again
finding-I204 = the printed total "{ $value }" is not the sum of the tasks
    .cure = check the formula of the total and the points of this row; the sum of the tasks was used
finding-I205 = the value "{ $value }" lies outside its scale
    .cure = correct the value in this cell
finding-I206 = “{ $value }” does not look like a value of this column (expected: { $detail }) and was not kept
    .cure = correct the cell by the protocol: codes and INN are digits only, a class is like 5А, a variant is a number
finding-I207 = a participant's row without any result was set aside
    .cure = if the participant took the test, enter the points; if not, mark them absent
finding-I208 = numbers of this row contradict each other
    .cure = check that no part is larger than the whole and that the sums agree
finding-V301 = the school stands in results and not in the register
    .cure = add the school to the register of this year, or correct the login in the file of results
finding-V302 = a participant stands twice in one test
    .cure = keep one row of the participant and delete the other
finding-V303 = { $detail ->
    [school] there is no register of schools for { $value }: the results of this year were not checked against one
    [measure] there are no social passports for { $value }, which other years have: the schools' conditions in this year are unknown
    [vpr] there is not one VPR row for { $value }, which other years have
    [oge] there is not one OGE row for { $value }, which other years have
    [ege] there is not one EGE row for { $value }, which other years have
   *[other] { $value } has no row of what other years have: { $detail }
}
    .cure = { $detail ->
    [school] add the register of this year, or take the year out of the pipeline
    [measure] add the social passports of this year, or take the year out of the pipeline
   *[other] add the files of this year, or take the year out of the pipeline
}
finding-V304 = the school gave one figure twice, with different values
    .cure = find out which value is right and keep one row
finding-V305 = the school stands twice in the register
    .cure = keep one row of the school in the register of this year
finding-V306 = the mark does not follow from the score by the scale of the year
    .cure = check the score and the mark of this row against the scale
finding-S112 = nothing tells what the sheet belongs to: { $detail }
    .cure = write year, grade and subject into the file name or the title of the sheet
finding-S113 = the file and its name disagree: “{ $value }” and “{ $detail }”; the first was taken
    .cure = check that the right file lies in this folder, and correct its name or its title
finding-S114 = rows that are no data (totals, group lines, pre-filled empty rows): { $detail }
    .cure = nothing to do
finding-S115 = the text file was read as { $value }, separator “{ $detail }”
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
finding-I209 = school { $value }: scores stand beside the tasks or under an empty header; another form may have been used
    .cure = compare the school’s protocol with the form and move the scores under the right headers
finding-I210 = Latin letters in the names of classes were replaced by the Cyrillic ones that they look like
    .cure = nothing to do; next time type names of classes in Cyrillic
finding-I211 = school { $value }: pupils with scores have empty tasks
    .cure = write a score or X (not attempted) into every task
finding-I212 = marked as not having taken part ({ $value }), but with scores: they were not used
    .cure = correct the mark of attendance, or remove the scores
finding-I213 = no scale from scores to marks for the test { $detail }: marks were not computed
    .cure = add the scale to data/reference/vpr-scales.toml
finding-A401 = in { $detail } the schools differ in { $column ->
    [large_families] "{ measure-large_families }"
    [single_parent] "{ measure-single_parent }"
    [low_income] "{ measure-low_income }"
    [both_parents_graduates] "{ measure-both_parents_graduates }"
    [one_parent_graduate] "{ measure-one_parent_graduate }"
    [both_parents_unemployed] "{ measure-both_parents_unemployed }"
    [parent_disabled] "{ measure-parent_disabled }"
    [foster_care] "{ measure-foster_care }"
    [socially_dangerous] "{ measure-socially_dangerous }"
    [school_register] "{ measure-school_register }"
    [police_register] "{ measure-police_register }"
    [special_needs] "{ measure-special_needs }"
    [non_native_russian] "{ measure-non_native_russian }"
   *[other] a measure
} no more than by chance, or there are no data on it: the analysis went on without this measure
    .cure = if the files of this year hold the measure, nothing has to be done: it cannot tell the schools apart; if the files were not sent, add them
