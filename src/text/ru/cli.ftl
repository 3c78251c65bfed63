# Командная строка: справка, сообщения, разметка ошибок.
fault-word = ошибка
fault-where = где
fault-cause = причина
fault-found = найдено
fault-cure = что делать
fault-arg-found = найдено
fault-arg-name = имя
fault-arg-known = известны
fault-arg-nearest = возможно, имелось в виду
fault-arg-column = столбец
fault-arg-table = таблица
fault-arg-field = поле
fault-arg-value = значение
fault-arg-path = путь
fault-arg-school = школа
fault-arg-candidates = подходят
fault-arg-indicator = показатель
fault-arg-year = год
fault-arg-globs = шаблоны
fault-arg-files = файлов
fault-arg-file = файл
fault-arg-holder = кем занято
fault-arg-measure = признак
fault-arg-supported = поддерживается
fault-arg-stage = этап
fault-arg-key = ключ
fault-arg-output = вывод
fault-place-sign = { $place }, знак { $sign }
fault-detail = технические подробности
fault-place-table = таблица «{ $name }»
note-latest = Внимание: файл reports/runs/latest повреждён или пропал; показан последний целый расчёт, { $run }. Чтобы восстановить порядок, выполните rsoko run.
note-language = Внимание: язык RSOKO_LANG={ $value } неизвестен (есть ru и en); сообщения на русском.
note-source-changed = Внимание: файл { $path } изменился после расчёта: в нём могут стоять уже другие значения. Выполните rsoko run.
note-source-gone = Внимание: файла { $path } больше нет на месте: адреса ячеек проверить нельзя. Верните файл или выполните rsoko run.

cli-head-usage = Вызов:
cli-head-commands = Команды:
cli-head-arguments = Аргументы:
cli-head-options = Параметры:

cli-rsoko = rsoko: от файлов школ и районов к объяснённому перечню школ, которым нужна помощь
    .usage = rsoko [ПАРАМЕТРЫ] КОМАНДА
    .more =
        Образцы:
          rsoko run                                 расчёт по файлам из папки data
          rsoko why 990045                          всё о школе: почему она в перечне и что проверить
          rsoko explain 990045 low_share_vpr_ma5    одно число до ячеек исходных файлов
cli-run = Выполнить расчёт: прочитать файлы, посчитать показатели и перечни, написать отчёты
    .usage = rsoko run [ОПИСАНИЕ] [ПАРАМЕТРЫ]
    .more = Повторный запуск без изменений ничего не считает и сообщает об этом.
cli-plan = Показать, какие этапы будут выполнены и почему; ничего не меняет
    .usage = rsoko plan [ОПИСАНИЕ] [ПАРАМЕТРЫ]
cli-runs = Показать готовые расчёты
    .usage = rsoko runs [ПАРАМЕТРЫ]
cli-why = Всё о школе: перечни, основания, надёжность, условия, замечания к её файлам
    .usage = rsoko why ШКОЛА [--objectivity] [ПАРАМЕТРЫ]
    .more = Школа задаётся шестью цифрами логина (990045), логином (edu990045) или частью названия.
cli-explain = Объяснить число: формула с числами, затем строки и ячейки, из которых оно получено
    .usage = rsoko explain ШКОЛА|МУНИЦИПАЛИТЕТ|регион ПОКАЗАТЕЛЬ [--year ГОД] [--codes] [ПАРАМЕТРЫ]
    .more = Имена показателей: rsoko method show МЕТОДИКА; доли социального паспорта — под теми именами, что печатает rsoko why
cli-method = Методики: список, содержание, проверка
    .usage = rsoko method КОМАНДА
cli-method-list = Список методик
    .usage = rsoko method list
cli-method-show = Показать правила и показатели методики
    .usage = rsoko method show ИМЯ
cli-method-check = Проверить методику по таблицам: неизвестные столбцы, запрещённые выражения, пороги
    .usage = rsoko method check ИМЯ
cli-fit = Оценить регрессию по любой таблице CSV, XLSX или Parquet
    .usage = rsoko fit ТАБЛИЦА ФОРМУЛА [ПАРАМЕТРЫ]
    .more =
        Формула:
          балл ~ питание + ovz + factor(тип) | год      фиксированные эффекты после «|»
          балл ~ within(x, школа) + between(x, школа) + (1 | школа)    случайный свободный член; внутри школ и между ними (Мундлак)
          cbind(сдали, не_сдали) ~ log(доход) + I(x^2) + a:b + c*d - 1
          factor(тип, ref = "город"): с чем сравнивать; `имя с пробелами` берут в обратные кавычки
        Семейства (--family):
          gaussian      наименьшие квадраты; со случайным свободным членом REML или ML (--likelihood)
          binomial      cbind(успехи, неудачи) или отклик из 0 и 1; логит
          fractional    доли от 0 до 1; логит, квазиправдоподобие; нужны робастные ошибки
          poisson       числа событий не меньше 0; логарифм; offset(log(n)) задаёт объём
        Ошибки (--se):
          classical     по модели; по умолчанию без кластеров (для долей HC1)
          HC0 HC1 HC2 HC3    независимые строки с разной дисперсией
          CR0 CR1       кластеры (--cluster); CR1 и для двух видов кластеров: --cluster школа,год; с эффектами после «|» по умолчанию
          CR2           кластеры, степени свободы по Саттертуэйту: когда кластеров мало; по умолчанию с кластерами
          CR3           кластеры, складной нож
          wild          бутстреп по кластерам (--draws, --seed); только gaussian
        Строки с пропусками (пусто, NA, н/д, прочерк) исключаются и считаются.
        Десятичная запятая, «;», табуляция и кодировка windows-1251 распознаются; код с нулями впереди считается словом.
cli-synth = Создать учебный регион: вымышленные школы и файлы, какими их присылают
    .usage = rsoko synth ПАПКА --schools N --seed S [ПАРАМЕТРЫ]
    .more = Одно и то же начальное число даёт одни и те же файлы.
cli-synth-score = Сверить расчёт с тем, как на самом деле устроен регион, по файлам которого он сделан
    .usage = rsoko synth score РАСЧЁТ [--truth ПАПКА] [ПАРАМЕТРЫ]
    .more = У долей указаны 95-процентные интервалы (Уилсон). С --json: все показатели, по размеру школ.
cli-certify = Проверить точность вычислений на этом компьютере и напечатать свидетельство
    .usage = rsoko certify [--simulations N] [--output ФАЙЛ] [ПАРАМЕТРЫ]
    .more = Эталоны NIST, сверка с R, почти вырожденные планы, накрытие интервалов. Занимает около минуты.
cli-completions = Напечатать сценарий автодополнения для оболочки
    .usage = rsoko completions ОБОЛОЧКА
    .more = Оболочки: bash, zsh, fish, elvish, powershell.

cli-arg-pipeline = описание расчёта (по умолчанию pipelines/identification.toml)
    .value = ОПИСАНИЕ
cli-arg-school = школа: шесть цифр логина, логин или часть названия
    .value = ШКОЛА
cli-arg-indicator = имя показателя в методике
    .value = ПОКАЗАТЕЛЬ
cli-arg-year = год, в котором заканчивается учебный год (по умолчанию последний)
    .value = ГОД
cli-arg-codes = показать коды участников (персональные данные: только для работы внутри центра)
cli-arg-name = имя методики: файл в pipelines/methods без .toml
    .value = ИМЯ
cli-arg-table = таблица: файл CSV, XLSX или Parquet, имена столбцов в первой строке
    .value = ТАБЛИЦА
cli-arg-formula = формула, например "балл ~ x + (1 | школа)"
    .value = ФОРМУЛА
cli-arg-family = семейство: gaussian, binomial, fractional, poisson (по умолчанию gaussian, для cbind binomial)
    .value = СЕМЕЙСТВО
cli-arg-se = ошибки: classical, HC0, HC1, HC2, HC3, CR0, CR1, CR2, CR3, wild
    .value = ОШИБКИ
cli-arg-cluster = столбец кластеров, или два через запятую
    .value = СТОЛБЕЦ
cli-arg-weights = столбец весов (точность строки; больше 0)
    .value = СТОЛБЕЦ
cli-arg-level = уровень интервалов (по умолчанию 0.95)
    .value = УРОВЕНЬ
cli-arg-likelihood = правдоподобие для случайного свободного члена: REML (по умолчанию) или ML
    .value = ВИД
cli-arg-dispersion = избыточный разброс: none (по умолчанию), pearson, williams
    .value = ВИД
cli-arg-draws = число выборок бутстрепа (по умолчанию 9999)
    .value = N
cli-arg-sheet = лист книги (по умолчанию первый, на котором есть таблица)
    .value = ЛИСТ
cli-arg-encoding = кодировка текстового файла, если он не в UTF-8 (по умолчанию windows-1251)
    .value = КОДИРОВКА
cli-arg-dir = папка, в которую писать
    .value = ПАПКА
cli-arg-schools = сколько школ, от 10 до 40 000
    .value = N
cli-arg-seed = начальное число случайных величин
    .value = S
cli-arg-years = годы, например 2023..2025 (так по умолчанию)
    .value = ГОДЫ
cli-arg-format = вид: files (файлы, как их присылают; по умолчанию), parquet (готовые таблицы) или raw-2021 (только ВПР, как выгрузка 2021 года, без ошибок)
    .value = ВИД
cli-arg-run = код расчёта или latest (последний)
    .value = РАСЧЁТ
cli-arg-truth = папка с истиной (по умолчанию — рядом с файлами отправителей)
    .value = ПАПКА
cli-arg-profile = каким будет регион: имя (typical — по умолчанию, honest, hard, class-effects, heavy-tails, absence, everybody-nudges) или файл *.toml
    .value = ПРОФИЛЬ
cli-arg-simulations = сколько раз моделировать каждый интервал (по умолчанию 10000)
    .value = N
cli-arg-output = файл для свидетельства: текст или, если имя оканчивается на .json, JSON
    .value = ФАЙЛ
cli-arg-shell = оболочка
    .value = ОБОЛОЧКА
cli-arg-workspace = рабочая папка, где лежат pipelines, data и reports (по умолчанию текущая)
    .value = ПАПКА
cli-arg-lang = язык сообщений: ru или en (иначе RSOKO_LANG, иначе язык системы)
    .value = ЯЗЫК
cli-arg-threads = число потоков (на результат не влияет)
    .value = N
cli-arg-json = ответ в виде JSON, для программ
cli-arg-quiet = печатать только ошибки
cli-arg-force = писать и в папку, где лежат другие файлы; файлы с теми же именами заменяются
cli-arg-help = показать справку
cli-arg-version = показать версию программы

cli-reused = без изменений
cli-left = , осталось { $time }
cli-nothing-changed = Ничего не изменилось, считать нечего. Последние результаты: { $path }
cli-done = Готово. Расчёт { $run }
cli-next = Почему школа в перечне: rsoko why ШКОЛА
cli-no-findings = замечаний нет
cli-empty-glob = по шаблону «{ $glob }» не найдено ни одного файла.
cli-sum-read = Прочитано
cli-sum-findings = Замечания
cli-sum-where = { $counts } (с адресами ячеек: лист «Замечания» в книге, таблица { $table })
cli-sum-files = { $read } из { $all }; не прочитано: { $unread } (см. замечания)
cli-sum-register = {" "}({ $inside } в реестре и { $outside } вне реестра)
cli-sum-list = { $year } год: { $listed } из { $of }{ $register }{ $decided }; оценить нельзя: { $blind }{ $outside }
cli-sum-decided = ; с учётом решений: { $with } (внесено: { $on }, исключено: { $off })
cli-sum-outside = ; вне круга школ методики: { $schools }
cli-sum-annex = Приложение
cli-sum-foreign = То же на другом языке
cli-sum-beside = { $files } в той же папке
cli-sum-municipal = Книги муниципалитетов
cli-sum-workbook = Книга
cli-sum-page = Отчёт
cli-plan-head = Описание: { $pipeline }; методика: { $method }; годы: { $years }; исходных данных: { $files }
cli-plan-reuse = без изменений
cli-plan-run = считать
cli-plan-finished = Считать нечего: расчёт { $run } уже готов.
cli-runs-none = Готовых расчётов ещё нет. Первый расчёт: rsoko run
cli-runs-run = расчёт
cli-runs-pipeline = описание
cli-runs-years = годы
cli-runs-rows = строк
cli-runs-errors = ошибок
cli-runs-listed = в перечне
cli-runs-finished = закончен
cli-runs-latest = * последний расчёт
cli-synth-step = файлы региона
cli-synth-done = Записано: { $files }, папка { $path }
score-title = Расчёт { $run }, истина: { $truth }
score-list = Список { $list }, { $year } год
score-honest = По долям при честном оценивании
score-marked = По долям, как школы оценивают (без случайного, но с завышением)
score-yes-state = Только вывод «да»
score-words = Выводы
score-schools = Вероятность для школы: столько же школ должно быть низкими на самом деле
score-criteria = Вероятность по критерию: в стольких же случаях он должен выполняться на самом деле
score-sign-vpr_inflated = Завышенные отметки ВПР (признак: понижают реже ожидаемого), школы в тестах
score-sign-journal_inflated = Завышенные отметки в журнале (признак: понижают чаще ожидаемого), школы в тестах
score-factors = Социальные факторы
score-findings = Находки
score-all = все школы
score-size = участников
score-answers = ответов
score-precision = из «да» верно
score-recall = из верных найдено
score-false = из неверных отмечено
score-silent = не оценено (из них верных)
score-state = состояние
score-verdict = вывод
score-truly = низкие на самом деле
score-said = сказано
score-group = вероятность
score-true = верно
score-outcome = показатель
score-factor = фактор
score-planted-effect = заложено
score-estimate = оценка
score-covered = покрыто
score-right = верен
score-yes = да
score-no = нет
score-covered-all = интервалы покрывают заложенное влияние
score-found-all = действующие факторы найдены
score-invented-all = недействующие факторы названы действующими
score-found-planted = заложено и найдено
score-quiet = должно читаться молча и так прочитано
score-wrong = названо дефектом напрасно
score-missed = пропущено: { $kind } ({ $found } из { $planted }), { $place }
score-wrong-at = напрасно: { $code }, { $place }
cli-synth-target = свойство
cli-synth-real = в реальных данных
cli-synth-made = здесь
cli-synth-fits = подходит
cli-synth-inside = да
cli-synth-outside = нет
synth-target-small = доля работ, где меньше 10 участников
synth-target-tiny = доля работ, где меньше 5 участников
synth-target-median = участников работы в школе, медиана
synth-target-icc = межшкольная доля дисперсии по классам
synth-target-icc_rise = рост этой доли от младшего класса к старшему
synth-target-low_spring = доля отметок «2», весна
synth-target-lowered_spring = доля понизивших отметку, весна
synth-target-confirmed_spring = доля подтвердивших отметку, весна
synth-target-raised_spring = доля повысивших отметку, весна
synth-target-edge_23_spring = баллов на границе «2»/«3» на один балл под ней, весна
synth-target-low_autumn = доля отметок «2», осень
synth-target-lowered_autumn = доля понизивших отметку, осень
synth-target-confirmed_autumn = доля подтвердивших отметку, осень
synth-target-raised_autumn = доля повысивших отметку, осень
synth-target-edge_23_autumn = баллов на границе «2»/«3» на один балл под ней, осень
synth-target-edge_34 = баллов на границе «3»/«4» на один балл под ней
synth-target-edge_45 = баллов на границе «4»/«5» на один балл под ней
synth-target-over_30 = доля школ, где «2» получили не менее 30 %
synth-target-cohort = корреляция долей «2» одной параллели из года в год
synth-target-context_r2 = доля различий между школами, объяснимая контекстом
method-rule = Критерий выполнен, если доля { $condition }. Школа входит в перечень, если выполнено критериев не меньше { $needed } из { $of }, в каждом из последних оценённых лет, число которых: { $years }.
method-least = от { $n } участников
cli-method-sound = методика { $name } составлена верно{ $parts ->
    [none] { "" }
   *[other] : { $parts }
}
method-adverse = Школа входит в перечень, если индекс условий (взвешенное среднее нормированных долей) { $sign } { $cut } робастного стандартного отклонения. Доли индекса:
method-harder = больше — труднее
method-easier = больше — легче
method-weight = вес { $weight }
cli-method-broken = составлена неверно
cli-method-broken-at = { $code }, { $place }; подробнее: rsoko method check { $name }

usage-unknown-command = нет команды «{ $subject }»
usage-unknown-argument = неизвестный параметр «{ $subject }»
usage-value-missing = у параметра «{ $subject }» нет значения
usage-value-invalid = значение «{ $value }» не подходит для «{ $subject }»
usage-argument-missing = не указано: { $subject }
usage-command-missing = не указана команда
usage-conflict = параметр «{ $subject }» нельзя сочетать с другими указанными
usage-encoding = в команде есть знаки не в кодировке UTF-8
usage-other = параметры не подходят друг к другу
usage-known = ; допустимо: { $known }
usage-similar = ; возможно, имелось в виду: { $similar }

reason-first = выполняется впервые
reason-program = изменилась программа
reason-parameter = параметр { $name }: было { $before }, стало { $now }
reason-document = изменился файл { $name }
reason-seed = изменилось начальное число
reason-run = печатает код расчёта, а расчёт новый
reason-years = изменились годы или языки
reason-source-added = новый файл { $path }
reason-source-changed = изменился файл { $path }
reason-source-removed = нет больше файла { $path }
reason-more-sources = и ещё файлов: { $n }
reason-more-tables = и ещё таблиц: { $n }
reason-method = изменилась методика
reason-table = изменилась таблица «{ $table }»
reason-upstream = может измениться таблица «{ $table }»
reason-lost = пропала или повреждена таблица «{ $table }»

why-rule = В каждом из учтённых лет ({ $years }) выполнено критериев не меньше: { $met } из { $assessable } (требуется { $needed }).
why-chance = Вероятность того, что правило выполняется для истинных долей (у этих же учеников, без случайности одной работы): { $probability } (погрешность Монте-Карло { $error } процентного пункта, розыгрышей: { $draws }, начальное число { $seed }). Вывод: { $verdict }.
why-rank = Место среди школ, которые можно оценить: { $rank } (95 %: от { $low } до { $high }), группа { $tier }.
why-outside = Перечень эту школу не рассматривает: { $reason }.
why-outside-branch = Перечень не рассматривает филиал отдельно: его участники учтены в головной организации { $parent }.
why-place = Вывод: { $verdict }. Индекс условий { $index } (95 %: от { $low } до { $high }), порог { $cut }. Место с { $from } по { $to } из { $schools }; при других весах с { $wfrom } по { $wto }, выше порога в { $beyond } случаев. Набор показателей: { $set }.
why-decided = Решено: { $decided }. Кто: { $by }, когда: { $on }, документ: { $document }. Почему: { $reason }. ({ $place }) Выше — то, что рассчитано по правилу.
why-obstacle = Почему нельзя оценить: { $reason }.
why-obstacle-year = Почему нельзя оценить: { $reason } ({ $year } год).
why-obstacle-participants = Почему нельзя оценить: { $reason }, не больше { $participants } ({ $year } год).
why-criterion = критерий
why-year = год
why-share = доля (95 %)
why-mark = средняя отметка (95 %)
why-points = баллов (95 %)
why-deviations = станд. отклонений (95 %)
why-state = состояние
why-pupils = участников
why-threshold = порог
why-distance = до порога
why-probability = вероятность
why-trends = Показатели по годам
why-trends-others = Показатели, которых перечни не считают
why-smoothed = сглажено
why-municipality = муниципалитет (сглажено)
why-region = регион
why-conditions = Условия работы
why-index = { $year }: индекс контекста (для сравнения школ; перечень — по индексу условий, см. выше) { $index } (95 %: от { $low } до { $high }), признаков известно: { $known } из { $asked }
why-breaks = Годы, которые нельзя сравнивать без оговорки
why-journal = Отметки ВПР и журнал
why-test = работа
why-lowered = понизили
why-confirmed = подтвердили
why-raised = повысили
why-both = с двумя отметками
why-against = против ожидаемого
why-findings = Замечания к файлам школы
why-more = и ещё замечаний: { $n }
why-next = Подробно до ячеек: rsoko explain { $school } { $indicator } --year { $year }
why-of = { $part } из { $all }
explain-changed = {"  "}(файл с тех пор изменился или пропал)
explain-table = Таблица:
explain-filter = Строки:
explain-numerator = Числитель:
explain-denominator = Знаменатель:
explain-per-pupil = Участник в числителе, если:
explain-among = Участник в знаменателе, если:
explain-every-pupil = у него есть хотя бы одна из этих строк
explain-pupil = Участник { $number } (код скрыт)
explain-pupil-coded = Участник { $number } (код { $code })
explain-code = код { $code }
explain-tasks-above = Значение работы участника, числитель:
explain-tasks-all = знаменатель:
explain-averaged = Вошли в среднее, строк: { $n }
explain-interval = 95 % интервал: { $interval }
explain-smoothed = Сглаженная оценка с учётом школ региона: { $value }
explain-mean = { $value } ({ $unit }), участников: { $pupils }
explain-value = Значение строки:
explain-of-rows = Среднее по строкам:
explain-every-value = в которых оно есть
explain-threshold = Порог этого года: { $threshold }
explain-no-threshold = За этот год в справочных данных нет порога, который называет методика
explain-min = Участников меньше, чем требует методика: { $n }
explain-differs = Строки не складываются в это число: методика изменилась после расчёта. Выполните rsoko run.
explain-above = В числителе, строк: { $n }
explain-below = Только в знаменателе, строк: { $n }
explain-aside = Не учтены (нет результата, который идёт в расчёт), строк: { $n }
explain-unseen = Обучающихся, о которых нет записей (контингент за вычетом строк): { $n }; они только в знаменателе
explain-unseen-above = Обучающихся, о которых нет записей (контингент за вычетом строк): { $n }; они в числителе и в знаменателе
explain-row = строка { $row }
explain-task-not_attempted = Х (не приступал)
explain-task-not_taught = тему не проходили
explain-task-unreadable = не распознано
explain-no-set = Ни один набор показателей перечня по условиям этой доли не считает
explain-set = Набор { $set }: { $met ->
    [yes] сама по себе доля за порогом
   *[no] сама по себе доля порога не достигает
} ({ $bound }), обучающихся до него: { $pupils }; вероятность, что за порогом истинная доля: { $chance }; вклад в индекс условий: { $part }
explain-set-unused = Набор { $set }: в индекс не вошла (не собрана, редкая или не различает школы)
explain-passports = Ячейки, из которых получено число (числитель, знаменатель); строк файлов: { $n }
explain-passports-aside = Присланы и не учтены, строк файлов: { $n }
explain-smoothed-municipality = Сглаженная оценка с учётом других муниципалитетов: { $value }
explain-region-alone = Регион один: сглаживать не к чему, сравнивать его здесь не с чем
explain-schools = Школы, из которых сложено число: { $n }
explain-more = и ещё строк: { $n } (все строки: --json)
cli-check = Прочитать и проверить файлы описания и напечатать все замечания; ничего не записывает
    .usage = rsoko check [ОПИСАНИЕ] [ПАРАМЕТРЫ]
cli-check-sum = Проверено: { $files }, строк { $rows }, из них отложено { $aside }. Ошибок { $errors }, предупреждений { $warnings }, пометок { $notes }.
cli-layout = Макеты файлов: какие есть и что они узнают в файле
    .usage = rsoko layout КОМАНДА
cli-layout-list = Перечислить макеты и таблицы, в которые они читают
    .usage = rsoko layout list
cli-layout-try = Показать, что макеты узнали в файле и что нет; для неизвестной формы составить черновик макета
    .usage = rsoko layout try ФАЙЛ
cli-arg-file = файл: путь внутри рабочей папки
    .value = ФАЙЛ
cli-layout-fits = читает макет { $layout }; шапка в строках { $first }–{ $last }
cli-layout-none = ни один макет не подходит
cli-layout-mapped = прочитан
cli-layout-task = задание
cli-layout-ignored = известен, не используется
cli-layout-personal = персональные данные, не читается
cli-layout-unknown = неизвестен
cli-layout-near = макет { $layout }: узнано столбцов { $matched }
cli-layout-missing = макет { $layout }: узнано столбцов { $matched }; нет обязательных: { $missing }
cli-layout-draft = Черновик макета (сохраните в pipelines/layouts и проверьте каждую строку):

cli-arg-objectivity = признаки расхождений отметок ВПР, журнала и экзаменов: что говорит за, что против, как часто так отмечают честную школу
signs-lead = Это признаки расхождений, а не вывод о нарушении: их причиной могут быть порядок проверки, перевод учеников, замена учителя.
signs-official = Официально: { $list }, { $year } год, документ: { $document }.
signs-for = говорит за
signs-against = говорит против
signs-rate = из честных школ с { $band } участниками в тесте такую или более сильную степень получают { $rate } (погрешность { $error })
signs-kind = вид
signs-year = год
signs-tests = тестов
signs-found = наблюдается
signs-expected = ожидается
signs-p = p
signs-all = все
signs-sign = признак
signs-set = набор
signs-test = работа
signs-pupils = учеников
signs-flags = Отмеченные тесты
signs-policy = При подходе «{ $policy }» место в перечне { $list } иное: { $state }
signs-reply = Что может показать школа: проверенные работы и протоколы; критерии, по которым выставлялись отметки за четверть; кто проверял и перепроверял; состав класса и переводы учеников; результаты перепроверки другой школой или под наблюдением.
score-evidence = Степень расхождений «{ $evidence }» и выше: { $finding }, школы
why-identity = { $kind ->
    [rename] Коды { $old } и { $new } — одна школа
    [merge] Школа { $old } с { $from } года — часть школы { $new }
    [split] Школа { $new } до { $from } года была частью школы { $old }
    [municipality] С { $from } года школа относится к другому муниципалитету
    [closed] Школа { $old } закрыта с { $from } года
    [opened] Школа { $new } открыта с { $from } года
   *[apart] Коды { $old } и { $new } — разные школы
}: решение { $by } от { $on } ({ $place }). Почему: { $reason }. Строк, отнесённых по нему к другой школе: { $rows }.
