// The texts of the page: English, Russian.
const table = {
  chat: ['Chat', 'Чат'], inspector: ['Inspector', 'Инспектор'], faults: ['Faults and time', 'Сбои и время'], faultsTitle: ['Faults', 'Сбои'], start: ['Start', 'Начало'],
  ok: ['OK', 'Готово'], cancel: ['Cancel', 'Отмена'], copied: ['Copied', 'Скопировано'], copy: ['Copy', 'Копировать'], create: ['Create', 'Создать'],
  theme: ['Light or dark', 'Светлая или тёмная тема'], language: ['Русский', 'English'], help: ['Keys', 'Клавиши'],
  live: ['Connected', 'На связи'], lost: ['Connection lost, trying again', 'Связь потеряна, пробую снова'],
  skip: ['Skip to the content', 'Перейти к содержимому'],
  conversations: ['Conversations', 'Диалоги'], search: ['Search', 'Поиск'], searchTimeline: ['Method, text, number…', 'Метод, текст, номер…'],
  newColumn: ['Add a user', 'Добавить пользователя'], newPerson: ['New user', 'Новый пользователь'], newChat: ['New chat', 'Новая беседа'],
  newCommunity: ['New community', 'Новое сообщество'],
  closeColumn: ['Close the column', 'Закрыть колонку'], back: ['Back', 'Назад'], person: ['User', 'Пользователь'], client: ['Client', 'Клиент'],
  full: ['Shows everything', 'Показывает всё'], no_callback: ['No callback buttons', 'Без callback-кнопок'], no_inline: ['No inline keyboards', 'Без inline-клавиатур'],
  no_carousel: ['No carousels', 'Без каруселей'], no_keyboard: ['No keyboards', 'Без клавиатур'],
  choose: ['Choose a conversation', 'Выберите диалог'],
  chooseHint: ['Write to a community as this user. Your bot gets the event, and its answer appears here.', 'Напишите сообществу от имени этого пользователя. Бот получит событие, а его ответ появится здесь.'],
  begin: ['Write to', 'Написать'], empty: ['No messages yet', 'Пока нет сообщений'], startButton: ['Start', 'Начать'],
  message: ['Message', 'Сообщение'], messages: ['Messages', 'Сообщения'], send: ['Send', 'Отправить'], attach: ['Attach', 'Прикрепить'], file: ['File', 'Файл'], samplePhoto: ['Sample picture', 'Пример картинки'],
  voice: ['Voice message', 'Голосовое сообщение'], record: ['Record voice', 'Записать голос'], stopRecord: ['Stop and send', 'Остановить и отправить'],
  place: ['Place', 'Место'], keyboard: ['Keyboard', 'Клавиатура'], drop: ['Drop files to attach', 'Отпустите файлы, чтобы прикрепить'],
  actions: ['Actions', 'Действия'], reply: ['Reply', 'Ответить'], forward: ['Forward', 'Переслать'], edit: ['Edit', 'Изменить'], del: ['Delete for me', 'Удалить у себя'],
  delAll: ['Delete for everyone', 'Удалить у всех'], pin: ['Pin', 'Закрепить'], unpin: ['Unpin', 'Открепить'], copyText: ['Copy text', 'Копировать текст'],
  showJson: ['Show the JSON', 'Показать JSON'], react: ['React', 'Реакция'], edited: ['edited', 'ред.'], forwarded: ['Forwarded', 'Пересланные сообщения'],
  you: ['You', 'Вы'], sent: ['Sent', 'Отправлено'], seen: ['Read', 'Прочитано'], unread: ['unread', 'непрочитанных'],
  types: ['{0} is typing…', '{0} печатает…'], recordsVoice: ['{0} is recording…', '{0} записывает голосовое…'], bot: ['community', 'сообщество'],
  members: ['{0} members', 'Участников: {0}'], invite: ['Invite', 'Пригласить'], leave: ['Leave', 'Выйти'], title: ['Title', 'Название'],
  allow: ['Allow messages', 'Разрешить сообщения'], deny: ['Forbid messages', 'Запретить сообщения'],
  joinGroup: ['Join the community', 'Вступить в сообщество'], leaveGroup: ['Leave the community', 'Выйти из сообщества'], actAs: ['Actions of this user', 'Действия этого пользователя'],
  firstName: ['First name', 'Имя'], lastName: ['Last name', 'Фамилия'], name: ['Name', 'Название'],
  noAnswer: ['Nobody answered the press', 'На нажатие никто не ответил'], linkFromBot: ['The bot opens a link', 'Бот открывает ссылку'], open: ['Open', 'Открыть'],
  appFromBot: ['The bot opens an app', 'Бот открывает приложение'], older: ['Show older', 'Показать более ранние'], carousel: ['Carousel', 'Карусель'], kilobytes: ['KB', 'КБ'], newMessages: ['To the newest', 'К последним'],
  s_chat_create: ['{0} created the chat “{1}”', '{0}: беседа «{1}» создана'], s_chat_title_update: ['{0} renamed the chat to “{1}”', '{0}: новое название «{1}»'],
  s_chat_invite_user: ['{0} invited {2}', '{0} приглашает {2}'], s_back: ['{0} came back', '{0} снова в беседе'], s_chat_kick_user: ['{0} removed {2}', '{0} исключает {2}'], s_left: ['{0} left the chat', '{0} покидает беседу'],
  s_chat_pin_message: ['{0} pinned a message', '{0}: сообщение закреплено'], s_chat_unpin_message: ['{0} unpinned a message', '{0}: сообщение откреплено'],
  s_chat_invite_user_by_link: ['{0} joined by the link', '{0}: вход по ссылке'], s_chat_photo_update: ['{0} changed the picture', '{0}: новое фото беседы'], s_chat_photo_remove: ['{0} removed the picture', '{0}: фото беседы удалено'],
  pinned: ['Pinned message', 'Закреплённое сообщение'], photo: ['Photo', 'Фото'], document: ['Document', 'Документ'], sticker: ['Sticker', 'Стикер'], attachment: ['Attachment', 'Вложение'],
  events: ['Events', 'События'], calls: ['Calls', 'Вызовы'], polls: ['Polls', 'Запросы Long Poll'], filters: ['Filters', 'Фильтры'], warnings: ['Warnings', 'Замечания'], errors: ['Errors', 'Ошибки'],
  nothing: ['Nothing yet. Write a message, or call a method.', 'Пока пусто. Напишите сообщение или вызовите метод.'], nothingFound: ['Nothing matches', 'Ничего не найдено'],
  pickEntry: ['Choose an entry to see its request, its answer and what caused it', 'Выберите запись: здесь будут запрос, ответ и причина'],
  chain: ['Cause and effect', 'Причина и следствие'], request: ['Request', 'Запрос'], response: ['Answer', 'Ответ'], parameters: ['Parameters', 'Параметры'],
  again: ['Again', 'Повторить'], editAgain: ['Edit and repeat', 'Изменить и повторить'], copyAs: ['Copy as', 'Копировать как'], test: ['test', 'тест'],
  repeatChanged: ['Send', 'Отправить'], changesHint: ['One parameter a line: name=value', 'По одному параметру на строку: имя=значение'], entryGone: ['No longer recorded', 'Уже не хранится'],
  moreLinks: ['and {0} more', 'и ещё {0}'],
  noAnswerOfEmulator: ['the emulator does not answer', 'эмулятор не отвечает'], notLoaded: ['Not loaded: {0}', 'Не загружено: {0}'],
  clearRequests: ['Forget the requests', 'Забыть запросы'], withOutput: ['Text', 'Текст'], waiting: ['waiting', 'ждёт'],
  time: ['Time', 'Время'], plusMinute: ['+1 min', '+1 мин'], plusHour: ['+1 h', '+1 ч'], plusDay: ['+1 day', '+1 день'], toNext: ['To the next thing due', 'К ближайшему событию'],
  freeze: ['Freeze', 'Остановить'], run: ['Run', 'Запустить'], timeHint: ['The emulator’s clock. What is due happens in order: retries, unanswered presses, the ends of polls.', 'Часы эмулятора. Всё, чему подошёл срок, происходит по порядку: повторы, нажатия без ответа, окончания ожидания.'],
  days: ['d', 'дн.'], hours: ['h', 'ч'], minutes: ['min', 'мин'], seconds: ['s', 'с'],
  frozen: ['frozen', 'остановлены'], ahead: ['ahead by {0}', 'опережают на {0}'], nextDue: ['next: {0}', 'далее: {0}'],
  faultHint: ['Make a chosen call fail, to see what your program does.', 'Сделайте так, чтобы выбранный вызов завершился сбоем, и посмотрите, что сделает ваша программа.'], kind: ['Kind', 'Вид'], value: ['Value', 'Значение'],
  method: ['Method', 'Метод'], count: ['Calls (0: until removed)', 'Вызовов (0: до удаления)'], rate: ['Share, 0 to 1', 'Доля, от 0 до 1'], addFault: ['Add the fault', 'Добавить сбой'], active: ['Active', 'Активные'],
  noFaults: ['No faults: all calls succeed', 'Сбоев нет: все вызовы проходят'], removeAll: ['Remove all', 'Убрать все'], removeOne: ['Remove', 'Убрать'], played: ['played {0}', 'сработал: {0}'],
  presets: ['Presets', 'Готовые сбои'], transports: ['Long poll of a community', 'Long poll сообщества'], transportHint: ['What a bot has to recover from.', 'То, после чего бот должен восстановиться.'],
  expire_key: ['Expire the key (failed 2)', 'Ключ истёк (failed 2)'], forget: ['Forget everything (failed 3)', 'Забыть всё (failed 3)'], lose_history: ['Lose history (failed 1)', 'Потерять историю (failed 1)'],
  inject: ['Inject an event', 'Отправить событие'], injectHint: ['Any JSON of any type: new types, rare ones, broken ones.', 'Событие любого типа с любым JSON: нового, редкого, с ошибками.'], community: ['Community', 'Сообщество'], type: ['Type', 'Тип'], object: ['Object', 'Объект'], injected: ['Event {0} injected', 'Событие {0} отправлено'],
  reset: ['Reset the world', 'Сбросить мир'], resetHint: ['Users, messages, faults and requests as at the start.', 'Пользователи, сообщения, сбои и запросы станут такими, как при запуске.'], resetDone: ['The world is reset', 'Мир сброшен'], world: ['World', 'Мир'],
  transcript: ['Transcript', 'Запись разговора'], transcriptHint: ['What users and bots did. `vkxx emulate --replay FILE` plays the users against a bot and compares.', 'Что делали пользователи и боты. `vkxx emulate --replay FILE` повторит пользователей и сравнит ответы бота.'], saveTranscript: ['Save the transcript', 'Сохранить запись'], saveWorld: ['Save the world', 'Сохранить мир'], copyCppTest: ['Copy as a C++ test', 'Копировать как тест на C++'], copyPythonTest: ['Copy as a Python test', 'Копировать как тест на Python'],
  hello: ['The VK API emulator is running', 'Эмулятор API ВКонтакте запущен'], helloHint: ['It needs no network and no account of VK.', 'Ему не нужны ни сеть, ни аккаунт ВКонтакте.'],
  openChat: ['Open the chat', 'Открыть чат'], address: ['Address', 'Адрес'], tokens: ['Tokens', 'Токены'], tokensHint: ['The same in every run.', 'Одинаковы при каждом запуске.'],
  connect: ['Point your program here', 'Направьте программу сюда'], connectHint: ['Nothing but the address changes.', 'Меняется только адрес.'], accounts: ['Accounts', 'Аккаунты'], accountsHint: ['Every account shows another way of logging in.', 'Каждый аккаунт показывает свой способ входа.'],
  login: ['Login', 'Логин'], password: ['Password', 'Пароль'], happens: ['What happens', 'Что происходит'], codes: ['Code of the app {0}, code of an SMS {1}', 'Код приложения {0}, код из СМС {1}'],
  loginPages: ['Login pages', 'Страницы входа'], pageImplicit: ['Token in the address', 'Токен в адресе'], pageCode: ['Authorization code', 'Код авторизации'], pageVkId: ['VK ID', 'VK ID'],
  t_user: ['User 1', 'Пользователь 1'], t_other_user: ['User 2', 'Пользователь 2'], t_community: ['Community 1', 'Сообщество 1'], t_service: ['Service', 'Сервисный'], t_expired: ['Expired', 'Истёкший'], t_revoked: ['Revoked', 'Отозванный'], t_other_ip: ['Other address', 'Другой адрес'], t_blocked: ['Blocked', 'Заблокированный'],
  e_message_sent: ['wrote', 'пишет'], e_message_edited: ['edited', 'меняет'], e_message_deleted: ['deleted', 'удаляет'], e_message_restored: ['restored', 'восстанавливает'], e_read: ['read', 'читает'], e_typing: ['is typing', 'печатает'], e_reaction_set: ['reacted', 'реагирует'], e_reaction_removed: ['took a reaction back', 'убирает реакцию'],
  e_pressed: ['pressed', 'нажимает'], e_press_answered: ['answered the press', 'отвечает на нажатие'], e_press_expired: ['got no answer to the press', 'не получает ответа на нажатие'], e_allowed: ['allowed messages', 'разрешает сообщения'], e_denied: ['forbade messages', 'запрещает сообщения'], e_member_joined: ['joined', 'входит'], e_member_added: ['added a member', 'добавляет участника'], e_member_left: ['left', 'выходит'], e_member_kicked: ['removed a member', 'исключает участника'], e_chat_changed: ['changed the chat', 'меняет беседу'], e_pinned: ['pinned', 'закрепляет'], e_unpinned: ['unpinned', 'открепляет'], e_raw_event: ['injected event', 'событие вручную'], e_post: ['published', 'публикует'], e_joined_community: ['joined the community', 'вступает в сообщество'], e_left_community: ['left the community', 'выходит из сообщества'],
  e_keyboard_shown: ['showed a keyboard', 'показывает клавиатуру'], e_keyboard_hidden: ['hid a keyboard', 'убирает клавиатуру'], e_flags_changed: ['marked', 'отмечает'], e_upload_done: ['uploaded', 'загружает'], e_comment: ['commented', 'комментирует'], e_like: ['liked', 'ставит лайк'], e_status_changed: ['changed the status', 'меняет статус'], e_blocked: ['blocked', 'блокирует'], e_unblocked: ['unblocked', 'разблокирует'],
  keys: ['/ search · n new user · i inspector beside the chat · Alt+↑↓ conversations · ? this help', '/ поиск · n новый пользователь · i инспектор рядом с чатом · Alt+↑↓ диалоги · ? эта справка'],
  lintHint: ['VK accepted this, but it is likely a mistake', 'VK это примет, но похоже на ошибку'],
};

const saved = () => { try { return localStorage.getItem('language'); } catch { return null; } };
let chosen = saved() || (navigator.language?.startsWith('ru') ? 'ru' : 'en');

export const language = () => chosen;

export function setLanguage(value) {
  chosen = value;
  try { localStorage.setItem('language', value); } catch { /* A private window. */ }
  document.documentElement.lang = value;
}

export function t(key, ...values) {
  const text = table[key]?.[chosen === 'ru' ? 1 : 0];
  if (text === undefined) return key;
  return text.replace(/\{(\d)\}/g, (_, at) => values[at] ?? '');
}

export const has = (key) => key in table;

export function clockText(seconds, exact) {
  return new Date(seconds * 1000).toLocaleTimeString(chosen, { hour: '2-digit', minute: '2-digit', second: exact ? '2-digit' : undefined });
}

export function dayText(seconds) {
  return new Date(seconds * 1000).toLocaleDateString(chosen, { day: 'numeric', month: 'long' });
}
