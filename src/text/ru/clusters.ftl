# Types of schools, peers, courses: tables, words, findings; what `rsoko cluster` and `rsoko peers` print.

table-cluster_type = Типы школ: названия и устойчивость
table-cluster_outside = Типы школ по прочим показателям
table-cluster_choice = Сколько типов и почему
table-cluster_pair = Согласие повторных выборок по парам школ
table-cluster_consensus = Как часто школы типов попадают вместе при повторных выборках
table-cluster_agreement = Согласие способов и лет
table-cluster_transition = Переходы школ между типами
table-cluster_loading = Из чего состоят оси карты
table-peer = Школы в близких условиях
table-peer_place = Место среди школ в близких условиях
table-outcome_type = Ход результатов за три года
column-cluster-next_cluster = Следующий по близости тип
column-cluster-membership = Вероятность принадлежности к типу
column-cluster-together = Вместе со своим типом при повторных выборках
column-cluster-standing = Положение в типе
column-cluster-band = Устойчивость типа
column-cluster-measures_replaced = Заменено показателей
column-cluster-map_x = Первая ось карты
column-cluster-map_y = Вторая ось карты
column-cluster_type-name_ru = Название
column-cluster_type-name_en = Название на английском
column-cluster_type-name_source = Откуда название
column-cluster_type-municipalities = Муниципалитетов
column-cluster_type-jaccard = Сходство с собой при повторных выборках
column-cluster_type-dissolved = Доля выборок, где тип распался
column-cluster_type-band = Устойчивость
column-cluster_type-cluster_before = Тип в прошлом году
column-cluster_profile-size = Отличие словами
column-cluster_outside-mean = Среднее по типу
column-cluster_outside-others_mean = Среднее остальных школ
column-method = Способ
column-cluster_quality-gap = Статистика разрыва
column-cluster_quality-gap_error = Её ошибка
column-cluster_quality-bic = БИК
column-cluster_quality-structure = Вид ковариаций
column-cluster_choice-ground = Почему
column-cluster_choice-by_gap = По статистике разрыва
column-cluster_choice-by_silhouette = По силуэту
column-cluster_choice-by_calinski_harabasz = По Калинскому — Харабашу
column-cluster_choice-by_bic = По БИК
column-cluster_choice-ambiguous = Доля неясных пар школ
column-cluster_choice-left_out = Школ без типа
column-cluster_consensus-with_cluster = С типом
column-cluster_consensus-together = Попадают вместе
column-cluster_pair-with_school = Код второй школы
column-cluster_pair-drawn = Выборок с обеими школами
column-cluster_pair-together = Попадают вместе
column-cluster_agreement-other = С чем сравнивается
column-cluster_agreement-adjusted_rand = Исправленный индекс Рэнда
column-cluster_transition-cluster_before = Тип в прошлом году
column-cluster_transition-moved = Перешла
column-cluster_transition-probability = Вероятность, что переход действительный
column-cluster_loading-component = Ось
column-cluster_loading-loading = Вклад показателя
column-cluster_loading-share = Доля различий, видимая на оси
column-peer-position = По близости
column-peer-peer_id = Код близкой школы
column-peer-distance = Отличие условий
column-peer_place-peers_mean = Среднее близких школ
column-peer_place-rank = Место
column-peer_place-rank_low = Место: нижняя граница
column-peer_place-rank_high = Место: верхняя граница
column-peer_place-compared = Сравнивается школ
column-peer_place-better = Вероятность, что школа лучше
column-outcome_type-course = Ход результатов
column-outcome_type-first = Первый год
column-outcome_type-last = Последний год
column-outcome_type-change = Изменение
column-outcome_type-change_low = Изменение: нижняя граница
column-outcome_type-change_high = Изменение: верхняя граница
column-outcome_type-years_known = Лет с результатами
report-sheet-types = Типы школ
    .title = Типы школ: группы школ с похожими условиями. «Неустойчив» и «распадается» — на тип опираться нельзя
column-type_name = Название типа
column-type_band = Устойчивость типа
column-type_standing = Положение в типе
column-type_share = Вероятность типа
column-type_next = Соседний тип
why-cluster = { $year }: тип { $cluster } («{ $name }»)
why-cluster-band = тип { $band }
why-cluster-unstable = тип { $band }: на него не опирайтесь, сравнивайте с близкими школами (rsoko peers)
why-cluster-border = школа на границе, соседний тип { $next }
why-cluster-share = вероятность типа { $share }
why-cluster-moved = год назад был другой тип; вероятность, что переход действительный: { $share }
why-cluster-unknown = { $year }: без типа, известны не все показатели условий
why-cluster-none = { $year }: школы не делятся на группы; с кем сравнивать — rsoko peers
word-typical = типичная
word-ordinary = обычная
word-borderline = на границе
word-highly_stable = весьма устойчив
word-stable = устойчив
word-pattern = просматривается
word-unstable = неустойчив
word-dissolved = распадается
word-much_less = намного меньше
word-less = меньше
word-near = около среднего
word-greater = больше
word-much_greater = намного больше
word-declared = задано
word-proposed = предложено
word-silhouette_and_gap = наибольший силуэт, статистика разрыва согласна
word-gap_and_bic = статистика разрыва и БИК согласны
word-silhouette_largest = наибольший силуэт
word-gap_one = групп нет: по статистике разрыва одна группа не хуже нескольких
word-weak_silhouette = групп нет: средний силуэт меньше 0,25
word-dissolves = групп нет: при повторных выборках они распадаются
word-nothing_to_divide = делить нечего: школ или показателей слишком мало
word-kmeans = k-средних
word-ward = дерево Уорда
word-average = дерево средних расстояний
word-mixture = смесь нормальных распределений
word-pam = медоиды (PAM)
word-better = лучше близких школ
word-worse = хуже близких школ
word-alike = не отличается от близких школ
word-steadily_low = устойчиво низкие
word-falling = снижаются
word-unstable_course = неустойчивые
word-rising = растут
word-steadily_high = устойчиво высокие
word-steadily_middle = устойчиво средние
word-peers = школы в близких условиях
word-courses = ход результатов
word-all_indicators = все показатели вместе
cluster-name-more = чаще: { $names }
cluster-name-fewer = реже: { $names }
cluster-name-middle = близко к среднему по региону
cluster-progress = Кластеры
cluster-verdict = Кластеров: { $k }
cluster-verdict-none = Строки не делятся на группы
cluster-because = { $ground }; способ: { $method }; строк: { $n }
cluster-left-out = Без значений, не вошли: { $n }
cluster-alike = Столбцы { $first } и { $second } почти повторяют друг друга (корреляция { $r }): то, что они измеряют, считается дважды
cluster-head-method = способ
cluster-head-k = k
cluster-head-silhouette = силуэт
cluster-head-calinski = Калинский — Харабаш
cluster-head-gap = разрыв
cluster-head-gap-error = ошибка
cluster-head-bic = БИК
cluster-head-cluster = кластер
cluster-head-rows = строк
cluster-head-jaccard = сходство
cluster-head-band = устойчивость
cause-cluster-words = способ { $method } не принимает столбцы со словами: подойдут pam или average
cause-cluster-k = ожидается число кластеров от 2 до 20 или промежуток, например 2..8; найдено: { $value }
cause-cluster-nothing = делить нечего: полных строк { $rows }, либо столбец не меняется
cause-peers-none = для этой школы нет сравнения: известны не все показатели её условий
peers-title = Школы в самых близких условиях, { $year }
peers-places = Место среди них и её самой (1 — лучшее), с 95-процентным интервалом
peers-place = { $low }–{ $high } из { $of }
peers-no-places = Результатов для сравнения нет.
peers-note = Место без интервала ничего не значит: широкий интервал — значит, по этим данным школы не различить.
peers-head-school = школа
peers-head-code = код
peers-head-municipality = муниципалитет
peers-head-distance = отличие условий
peers-head-indicator = показатель
peers-head-value = школа
peers-head-mean = близкие школы
peers-head-place = место
peers-head-better = вероятность, что лучше
peers-head-verdict = вывод
cli-peers = Сравнение школы с десятью школами в самых близких условиях
    .usage = rsoko peers ШКОЛА [ПАРАМЕТРЫ]
cli-cluster = Кластеры строк любой таблицы, если они там есть
    .usage = rsoko cluster ТАБЛИЦА --columns СТОЛБЕЦ,… [--k 2..8] [ПАРАМЕТРЫ]
    .more = Числа приводятся к общей шкале по медиане и медианному отклонению; для столбцов со словами — расстояние Гауэра и pam или average. Кластеры нумеруются по росту первого столбца.
cli-arg-columns = столбцы через запятую; первый задаёт порядок кластеров
    .value = СТОЛБЦЫ
cli-arg-method = способ: kmeans, ward, average, mixture, pam
    .value = СПОСОБ
cli-arg-k = число кластеров или промежуток, из которого оно выбирается (2..8)
    .value = K
cli-arg-resamples = повторных выборок для устойчивости (100)
    .value = ЧИСЛО
cli-arg-references = опорных выборок статистики разрыва (50)
    .value = ЧИСЛО
finding-A430 = за { $detail } год показатели { $column ->
    [large_families] «{ measure-large_families }»
    [single_parent] «{ measure-single_parent }»
    [low_income] «{ measure-low_income }»
    [both_parents_graduates] «{ measure-both_parents_graduates }»
    [one_parent_graduate] «{ measure-one_parent_graduate }»
    [both_parents_unemployed] «{ measure-both_parents_unemployed }»
    [parent_disabled] «{ measure-parent_disabled }»
    [foster_care] «{ measure-foster_care }»
    [socially_dangerous] «{ measure-socially_dangerous }»
    [one_parent_unemployed] «{ measure-one_parent_unemployed }»
    [housing_comfortable] «{ measure-housing_comfortable }»
    [housing_partly] «{ measure-housing_partly }»
    [school_register] «{ measure-school_register }»
    [police_register] «{ measure-police_register }»
    [special_needs] «{ measure-special_needs }»
    [hard_life_situation] «{ measure-hard_life_situation }»
    [parents_on_register] «{ measure-parents_on_register }»
    [non_native_russian] «{ measure-non_native_russian }»
   *[other] показатель
} и { $value ->
    [large_families] «{ measure-large_families }»
    [single_parent] «{ measure-single_parent }»
    [low_income] «{ measure-low_income }»
    [both_parents_graduates] «{ measure-both_parents_graduates }»
    [one_parent_graduate] «{ measure-one_parent_graduate }»
    [both_parents_unemployed] «{ measure-both_parents_unemployed }»
    [parent_disabled] «{ measure-parent_disabled }»
    [foster_care] «{ measure-foster_care }»
    [socially_dangerous] «{ measure-socially_dangerous }»
    [one_parent_unemployed] «{ measure-one_parent_unemployed }»
    [housing_comfortable] «{ measure-housing_comfortable }»
    [housing_partly] «{ measure-housing_partly }»
    [school_register] «{ measure-school_register }»
    [police_register] «{ measure-police_register }»
    [special_needs] «{ measure-special_needs }»
    [hard_life_situation] «{ measure-hard_life_situation }»
    [parents_on_register] «{ measure-parents_on_register }»
    [non_native_russian] «{ measure-non_native_russian }»
   *[other] показатель
} почти повторяют друг друга: то, что они измеряют, считается дважды
    .cure = оставьте в параметре columns этапа один из двух
finding-A431 = за { $detail } год показатель { $column ->
    [large_families] «{ measure-large_families }»
    [single_parent] «{ measure-single_parent }»
    [low_income] «{ measure-low_income }»
    [both_parents_graduates] «{ measure-both_parents_graduates }»
    [one_parent_graduate] «{ measure-one_parent_graduate }»
    [both_parents_unemployed] «{ measure-both_parents_unemployed }»
    [parent_disabled] «{ measure-parent_disabled }»
    [foster_care] «{ measure-foster_care }»
    [socially_dangerous] «{ measure-socially_dangerous }»
    [one_parent_unemployed] «{ measure-one_parent_unemployed }»
    [housing_comfortable] «{ measure-housing_comfortable }»
    [housing_partly] «{ measure-housing_partly }»
    [school_register] «{ measure-school_register }»
    [police_register] «{ measure-police_register }»
    [special_needs] «{ measure-special_needs }»
    [hard_life_situation] «{ measure-hard_life_situation }»
    [parents_on_register] «{ measure-parents_on_register }»
    [non_native_russian] «{ measure-non_native_russian }»
   *[other] показатель
} вложен в показатель { $value ->
    [large_families] «{ measure-large_families }»
    [single_parent] «{ measure-single_parent }»
    [low_income] «{ measure-low_income }»
    [both_parents_graduates] «{ measure-both_parents_graduates }»
    [one_parent_graduate] «{ measure-one_parent_graduate }»
    [both_parents_unemployed] «{ measure-both_parents_unemployed }»
    [parent_disabled] «{ measure-parent_disabled }»
    [foster_care] «{ measure-foster_care }»
    [socially_dangerous] «{ measure-socially_dangerous }»
    [one_parent_unemployed] «{ measure-one_parent_unemployed }»
    [housing_comfortable] «{ measure-housing_comfortable }»
    [housing_partly] «{ measure-housing_partly }»
    [school_register] «{ measure-school_register }»
    [police_register] «{ measure-police_register }»
    [special_needs] «{ measure-special_needs }»
    [hard_life_situation] «{ measure-hard_life_situation }»
    [parents_on_register] «{ measure-parents_on_register }»
    [non_native_russian] «{ measure-non_native_russian }»
   *[other] показатель
}: общая часть считается дважды
    .cure = оставьте в параметре columns этапа один из двух
