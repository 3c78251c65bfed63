# Причины ошибок: что именно помешало (строчными, без точки).
cause-said = { $said }
cause-encoding = файл записан не в кодировке UTF-8 (здесь первый непонятный байт): сохраните его заново в UTF-8
cause-os-not-found = такого файла или папки нет
cause-os-permission = нет прав на этот файл или папку
cause-os-read-only = диск или папка доступны только для чтения
cause-os-full = на диске нет места
cause-os-quota = исчерпано место, отведённое вам на этом диске
cause-os-is-folder = на этом месте папка, а нужен файл
cause-os-is-no-folder = на этом месте файл, а нужна папка
cause-os-exists = файл с таким именем уже есть
cause-os-not-empty = папка не пуста
cause-os-too-large = файл слишком велик для этого диска
cause-os-name = имя слишком длинное или содержит недопустимые знаки
cause-os-in-use = файл занят другой программой
cause-os-memory = не хватает оперативной памяти
cause-os-time = диск не ответил вовремя
cause-os-network = пропала связь с сетевым диском
cause-os-end = файл обрывается раньше времени
cause-os-device = устройство отвечает ошибкой: возможно, диск неисправен или отключён
cause-os-too-many-open = открыто слишком много файлов
cause-os-loop = ссылки ведут по кругу
cause-os-other = отказала операционная система
cause-toml-type = здесь ожидается { $wanted_type ->
    [text] текст в кавычках
    [whole] целое число без кавычек
    [real] число
    [flag] true или false
    [list] список в квадратных скобках
    [table] раздел с полями
   *[other] значение другого вида
}, а стоит { $found_type ->
    [text] текст
    [whole] целое число
    [real] дробное число
    [flag] true или false
    [list] список
    [table] раздел с полями
    [date] дата
   *[other] другое
}
cause-toml-missing = не указано обязательное поле «{ $name }»
cause-toml-unknown = поля или значения «{ $name }» здесь не бывает
cause-toml-twice = одно и то же поле или раздел записаны дважды
cause-toml-bracket = скобка не закрыта
cause-toml-quote = текст не взят в кавычки, или кавычка не закрыта
cause-toml-comma = между значениями не хватает запятой, или запятая лишняя
cause-toml-no-value = после имени поля нет знака «=» или значения
cause-toml-equals = лишний знак «=», или его не хватает
cause-toml-number = число записано неверно или слишком велико
cause-toml-key = имя поля записано неверно
cause-toml-syntax = запись не соответствует правилам TOML
cause-value-empty = нужен хотя бы один элемент
cause-value-years = нужен хотя бы один год, от 1990 до 2100
cause-value-ends = ожидаются два числа: от и до
cause-value-order = первое число больше второго
cause-value-known = допустимо: { $known }
cause-value-text = ожидается текст в кавычках
cause-value-names = ожидается список имён в квадратных скобках
cause-value-names-twice = нужно хотя бы одно имя, и ни одно не дважды
cause-value-direction = направление — это 1, 0 или -1
cause-value-exam-score = нужен показатель баллов экзамена: по доле низких результатов судить рано, а завышенные работы создают мнимую резильентность
cause-value-years-of = не меньше 1 и не больше `of_last`
cause-value-base = для участия нужен `base` — показатель, участники которого составляют целое
cause-value-directions = ожидаются имена с направлением у каждого, например {"{"} large_families = 1 {"}"}
cause-value-range = ожидается целое число от { $from } до { $to }
cause-value-languages = текст даётся на обоих языках: ru и en
cause-value-id = в таком имени допустимы строчные латинские буквы, цифры, «_» и «-»
cause-value-id-twice = такое имя уже есть
cause-value-mean = среднему нужны value и unit (share, mark, points), и ничего из numerator, denominator, per_pupil, among
cause-value-no-tests = в этой таблице нет столбца { $column }: результаты нельзя нормировать внутри работы
cause-value-unit-deviations = у нормированного результата единица одна: стандартное отклонение; unit не нужен
cause-value-unit-other = значение измеряется в другом: { $measured ->
    [share] доля
    [mark] отметка
    [points] баллы
   *[other] { $measured }
}
cause-value-threshold = порог называют так: document = "exam-minimums" с subject и form, "vpr-scales" с subject, grade и mark, "oge-scales" с subject и mark
cause-value-not-a-share = перечень считает доли, а это среднее
cause-value-scale-rises = нижние границы отметок должны возрастать, не больше трёх
cause-value-formula = нужны либо numerator и denominator, либо per_pupil (и, если нужно, among)
cause-value-contingent = контингент можно учесть, только если спрашивают о каждом обучающемся: per_pupil без among
cause-value-tasks = задания одного участника сначала сводятся вместе: kind = "mean" с numerator и denominator (счёт по заданиям работы) либо per_pupil
cause-value-no-pupils = в этой таблице нет столбца { $column }: строки одного участника не соединить
cause-value-not-negative = ожидается число не меньше 0
cause-value-positive = ожидается число не меньше 1
cause-value-condition = ожидаются сравнение и доля, например >= 0.30
cause-value-cut = ожидаются сравнение и число, например >= 0.75: в перечень входят школы выше порога
cause-value-above-zero = ожидается число больше 0
cause-value-no-adverse = в этом пакете нет перечня по условиям работы ([[adverse]])
cause-value-share = доля лежит между 0 и 1
cause-value-decision = `not_listed` должно быть меньше `listed`
cause-value-years-rule = ожидается «each of last N», где N от 1 до 10
cause-value-within-skip = within_last нужен только вместе с unassessable = "skip"
cause-value-objectivity = допустимо: flag
cause-value-pattern = шаблон имён записан неверно
cause-value-glob = шаблон имён файлов записан неверно
cause-value-output = имя файла отчёта состоит из букв, цифр, «_» и «-», без папок и окончания
cause-value-output-twice = файл с таким именем пишет и другой отчёт
cause-graph-two-writers = её создают два этапа: { $first } и { $second }
cause-graph-no-writer = она нужна этапу { $reader }, но её не создаёт ни один этап
cause-graph-circle = этапы ждут друг друга по кругу: { $stages }
cause-graph-stage-twice = этап { $stage } записан дважды
cause-graph-given-written = она взята из готового файла и её же создаёт этап
cause-path-foreign = путь абсолютный, содержит «..» или «.», или записан с обратной чертой
cause-path-link = это ссылка или ярлык, а не сам файл: по ссылкам программа не ходит
cause-path-own = по шаблону найдены файлы самой программы (папки reports и data/lake), а не присланные данные
cause-path-truth = в папке truth лежат ответы учебного региона: расчёт не должен их видеть
cause-damaged-bytes = содержимое файла испорчено
cause-damaged-gone = файл пропал
cause-damaged-hash = содержимое файла изменилось после записи
cause-damaged-changed = файл изменился во время расчёта
cause-damaged-latest = файл reports/runs/latest не называет ни одного готового расчёта
cause-column-missing = такого столбца нет
cause-column-type = значения столбца не того вида, какой объявлен
cause-column-null = пустая ячейка там, где значение обязательно
cause-num-prior = распределение показателя не удалось оценить
cause-usage-threads = число потоков { $value } не подходит: допустимо от 1 до { $most }
cause-query-column = нет столбца «{ $name }»
cause-query-types = действие не подходит к виду значений: например, число сравнивается с текстом
cause-query-twice = одно имя столбца получено дважды: дайте столбцам разные имена (AS)
cause-query-sql = запрос не понят
cause-query-shape = части запроса не подходят друг к другу по числу строк
cause-query-failed = запрос не удалось выполнить на данных: какое-то значение не подходит к действию
cause-query-yes-no = условие должно давать «да» или «нет»
cause-query-number = значение строки должно быть числом
cause-query-pupil-yes-no = вопрос о строках участника должен давать «да» или «нет», например >= 2
cause-query-more-than-all = числитель считает участников, которых нет в знаменателе
cause-sql-syntax = запрос не понят
cause-sql-end = запрос обрывается: не хватает продолжения или закрывающей скобки
cause-sql-word = запрос не понят у слова «{ $word }»
cause-sql-word-at = запрос не понят у слова «{ $word }» (строка запроса { $query_line }, знак { $sign })
cause-sql-token = в запросе не закрыта кавычка или стоит недопустимый знак
cause-sql-deep = запрос вложен слишком глубоко
cause-sql-long = запрос слишком длинный
cause-sql-expression = такое выражение не разрешено
cause-sql-call = такой вызов функции не разрешён
cause-sql-window = окно записывается целиком внутри OVER (…)
cause-sql-clause = эта часть запроса не разрешена
cause-sql-one-select = разрешён один SELECT и ничего больше
cause-sql-tables = читать можно только таблицы расчёта
cause-sql-sum = складывать можно только целые числа; если они целые, напишите CAST(… AS BIGINT)
cause-sql-one-expression = разрешено одно выражение и ничего после него
cause-sql-count-needs = в подсчёте нужна одна из функций COUNT, SUM, MIN, MAX
cause-sql-count-whole = подсчёт должен давать целое число
cause-value-tally = каждая строка даёт в долю 0 или 1 (либо число участников из таблицы)
cause-sql-subquery = вложенный запрос здесь не разрешён
cause-sql-one-table = разрешены только столбцы одной таблицы, без окон
cause-sql-count-column = столбец в подсчёте стоит внутри COUNT, SUM, MIN или MAX
cause-sql-aggregate = функция подсчёта здесь не разрешена
cause-sql-count-only = разрешены только COUNT, а также SUM, MIN и MAX целых чисел
cause-sql-multiply = подсчёт складывает: умножение не разрешено
cause-sql-digits = в числе внутри подсчёта не больше четырёх цифр
cause-sql-float-aggregate = среднее дробных чисел зависит от порядка сложения: делите целые суммы на количества
cause-sql-function = такая функция не разрешена
cause-report-fence = первая строка шаблона не «---»
cause-report-head = заголовок шаблона не закрыт строкой «---»
cause-report-cell = ячейка не закрыта строкой из трёх обратных кавычек
cause-report-attributes = после вида ячейки ожидаются пары ключ=значение
cause-report-need = не указано { $key }=…
cause-report-data = выше нет запроса с именем «{ $name }»
cause-report-lists = строки {"{"}% lists %{"}"} и {"{"}% endlists %{"}"} не образуют пары
cause-report-chart = нет диаграммы вида «{ $name }»
cause-report-column = в ответе запроса нет столбца «{ $name }»
cause-report-drawn = диаграмму или таблицу нельзя построить по этому ответу
cause-report-template = подстановка в тексте не получилась
cause-sources-layout = файлы открываются, но ни одна шапка не подошла ни к одному макету (pipelines/layouts)
cause-sources-damaged = содержимое файлов не соответствует их расширению или повреждено
cause-report-steps = на заполнение текста уходит больше { $steps } шагов, или он становится слишком длинным: цикл слишком велик
cause-report-long = на этом месте страница становится длиннее { $bytes } байт: печатайте меньшую часть ответа
cause-report-rows = запрос даёт больше { $most } строк: не хватает условия или LIMIT
cause-report-picture = картинка ({ $url }): страница — один файл и ничего с собой не несёт; рисуйте ячейкой chart
cause-report-link = ссылка на { $url }: допустимы только https, http, mailto и #
cause-report-theme = оформление загружает что-то извне: страница — один файл и ничего с собой не несёт
cause-file-no-pipeline = это не описание расчёта (.toml), а файл с данными
    .cure = описание лежит в папке pipelines; посмотреть, что программа узнаёт в файле: rsoko layout try ФАЙЛ
