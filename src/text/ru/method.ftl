# Методики: статус, надёжность сведений.
method-status-official_text = официальный текст
method-status-official_text-warning = Пороги и правила взяты из официального текста методики.
method-status-reconstruction = реконструкция
method-status-reconstruction-warning = Полного официального текста методики у разработчиков не было: правила восстановлены по описаниям. До сверки с текстом приказа перечень остаётся расчётным и не заменяет официального.
method-status-regional = региональная методика
method-status-regional-warning = Правила приняты в регионе; с федеральными перечнями такой перечень напрямую не сравнивают.
method-status-experimental = опытная методика
method-status-experimental-warning = Методика опытная: решений о школах по ней не принимают.
method-certainty-verified = проверено
method-certainty-strong = почти наверняка
method-certainty-medium = вероятно
method-certainty-weak = предположение
method-skip = Год, в котором школу нельзя оценить, пропускается; учтённые годы лежат в пределах последних лет, считая год перечня: { $within }.
method-no-skip = Год, в котором школу нельзя оценить, не пропускается: школа считается не оценённой.
