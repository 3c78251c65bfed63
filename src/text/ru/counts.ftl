# Счётные слова: число вместе с существительным в нужной форме.
# count-… отвечает на «сколько?», count-of-… на «из скольких?», count-in-… на «в скольких?».
count-school = { $n } { $n ->
    [one] школа
    [few] школы
   *[other] школ
}
count-file = { $n } { $n ->
    [one] файл
    [few] файла
   *[other] файлов
}
count-sheet = { $n } { $n ->
    [one] лист
    [few] листа
   *[other] листов
}
count-row = { $n } { $n ->
    [one] строка
    [few] строки
   *[other] строк
}
count-cell = { $n } { $n ->
    [one] ячейка
    [few] ячейки
   *[other] ячеек
}
count-finding = { $n } { $n ->
    [one] замечание
    [few] замечания
   *[other] замечаний
}
count-error = { $n } { $n ->
    [one] ошибка
    [few] ошибки
   *[other] ошибок
}
count-warning = { $n } { $n ->
    [one] предупреждение
    [few] предупреждения
   *[other] предупреждений
}
count-note = { $n } { $n ->
    [one] пометка
    [few] пометки
   *[other] пометок
}
count-pupil = { $n } { $n ->
    [one] обучающийся
    [few] обучающихся
   *[other] обучающихся
}
count-participant = { $n } { $n ->
    [one] участник
    [few] участника
   *[other] участников
}
count-stage = { $n } { $n ->
    [one] этап
    [few] этапа
   *[other] этапов
}
count-municipality = { $n } { $n ->
    [one] муниципалитет
    [few] муниципалитета
   *[other] муниципалитетов
}
count-indicator = { $n } { $n ->
    [one] показатель
    [few] показателя
   *[other] показателей
}
count-criterion = { $n } { $n ->
    [one] критерий
    [few] критерия
   *[other] критериев
}
count-year = { $n } { $n ->
    [one] год
    [few] года
   *[other] лет
}
count-table = { $n } { $n ->
    [one] таблица
    [few] таблицы
   *[other] таблиц
}
count-column = { $n } { $n ->
    [one] столбец
    [few] столбца
   *[other] столбцов
}
count-run = { $n } { $n ->
    [one] расчёт
    [few] расчёта
   *[other] расчётов
}
count-list = { $n } { $n ->
    [one] перечень
    [few] перечня
   *[other] перечней
}
count-adverse-list = { $n } { $n ->
    [one] перечень по условиям работы
    [few] перечня по условиям работы
   *[other] перечней по условиям работы
}
count-adverse-measure = { $n } { $n ->
    [one] доля индекса условий
    [few] доли индекса условий
   *[other] долей индекса условий
}
count-factor-set = { $n } { $n ->
    [one] набор факторов
    [few] набора факторов
   *[other] наборов факторов
}
count-outcome = { $n } { $n ->
    [one] объясняемый результат
    [few] объясняемых результата
   *[other] объясняемых результатов
}
count-left-out = { $n } { $n ->
    [one] условие, исключающее школы
    [few] условия, исключающие школы
   *[other] условий, исключающих школы
}
count-type = { $n } { $n ->
    [one] тип
    [few] типа
   *[other] типов
}
count-measure = { $n } { $n ->
    [one] признак
    [few] признака
   *[other] признаков
}
count-mark = { $n } { $n ->
    [one] отметка
    [few] отметки
   *[other] отметок
}
count-point = { $n } { $n ->
    [one] балл
    [few] балла
   *[other] баллов
}
count-second = { $n } { $n ->
    [one] секунда
    [few] секунды
   *[other] секунд
}
count-minute = { $n } { $n ->
    [one] минута
    [few] минуты
   *[other] минут
}
count-match = { $n } { $n ->
    [one] совпадение
    [few] совпадения
   *[other] совпадений
}
count-result = { $n } { $n ->
    [one] результат
    [few] результата
   *[other] результатов
}
count-of-school = { $n } { $n ->
    [one] школы
    [few] школ
   *[other] школ
}
count-of-pupil = { $n } { $n ->
    [one] обучающегося
    [few] обучающихся
   *[other] обучающихся
}
count-of-participant = { $n } { $n ->
    [one] участника
    [few] участников
   *[other] участников
}
count-of-criterion = { $n } { $n ->
    [one] критерия
    [few] критериев
   *[other] критериев
}
count-of-municipality = { $n } { $n ->
    [one] муниципалитета
    [few] муниципалитетов
   *[other] муниципалитетов
}
count-of-file = { $n } { $n ->
    [one] файла
    [few] файлов
   *[other] файлов
}
count-in-school = { $n } { $n ->
    [one] школе
    [few] школах
   *[other] школах
}
count-in-municipality = { $n } { $n ->
    [one] муниципалитете
    [few] муниципалитетах
   *[other] муниципалитетах
}
count-in-file = { $n } { $n ->
    [one] файле
    [few] файлах
   *[other] файлах
}
count-in-cell = { $n } { $n ->
    [one] ячейке
    [few] ячейках
   *[other] ячейках
}
