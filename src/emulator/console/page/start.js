// The first page: addresses, tokens, lines for each client, accounts, login pages.
import { get } from './api.js';
import { attempt, button, copyText, el, fill, icon, iconButton } from './dom.js';
import { calm, inTurn } from './pace.js';
import { listen, store } from './store.js';
import { t } from './texts.js';

function clients(address, user, community) {
  // vk-io's own agent refuses http://.
  const plain = address.startsWith('http:');
  return [
    ['curl', `curl '${address}/method/users.get?v=5.199' -H 'Authorization: Bearer ${user}'`],
    ['vkxx', `vkxx call --emulator ${address} users.get user_ids=1\n\n// C++\nauto settings = vkxx::config{}.access_token("${user}")\n                    .emulator("${address}");`],
    ['vk_api', `# Python, pip install vk_api: its address is fixed, so it is changed below requests\nimport requests, vk_api\n\nclass Emulator(requests.adapters.HTTPAdapter):\n    def send(self, request, **options):\n        request.url = request.url.replace("https://api.vk.com", "${address}")\n        request.url = request.url.replace("https://api.vk.ru", "${address}")\n        return super().send(request, **options)\n\nhttp = requests.Session()\nhttp.mount("https://api.vk", Emulator())\nvk = vk_api.VkApi(token="${community}", session=http).get_api()\nprint(vk.groups.getById())`],
    ['vk-io', `// Node.js, npm install vk-io\nimport { VK } from 'vk-io';${plain ? "\nimport http from 'node:http';" : ''}\n\nconst vk = new VK({\n  token: '${community}',\n  apiBaseUrl: '${address}/method',\n${plain ? '  agent: new http.Agent(),\n' : ''}});\nvk.updates.on('message_new', (context) => context.send('Hello!'));\nawait vk.updates.start();`],
    ['vksdk', `// Go, github.com/SevereCloud/vksdk/v3\nvk := api.NewVK("${community}")\nvk.MethodURL = "${address}/method/"\nlp, err := longpoll.NewLongPoll(vk, 1)`],
    ['vkbottle', `# Python, pip install vkbottle\nfrom vkbottle import API, Bot\n\nAPI.API_URL = "${address}/method/"\nbot = Bot(token="${community}")\n\n@bot.on.message()\nasync def hello(message):\n    await message.answer("Hello!")\n\nbot.run_forever()`],
  ];
}

const tokenOrder = ['community', 'user', 'other_user', 'service', 'expired', 'revoked', 'other_ip', 'blocked'];

export class StartView {
  constructor(openChat) {
    this.openChat = openChat;
    this.node = el('div', { class: 'start' });
    this.client = 0;
    this.accounts = [];
    this.show = calm(() => this.draw());
    this.load = inTurn(() => this.loadNow());
    listen((change) => { if (change.world && this.node.checkVisibility()) this.open(); });
  }

  open() {
    this.load();
  }

  async loadNow() {
    // Those that are known stay when it fails.
    this.accounts = await attempt(() => get('accounts')) || this.accounts;
    this.show();
  }

  copyable(label, text, test) {
    return el('div', { class: 'copyable' }, el('span', {}, label), el('code', { test }, text), iconButton('copy', `${t('copy')}: ${label}`, () => copyText(text)));
  }

  draw() {
    const { tokens } = store;
    fill(this.node, el('header', { class: 'hero' }, el('div', {}, el('h1', {}, t('hello')), el('p', {}, t('helloHint')),
      el('div', { class: 'row' }, button(t('openChat'), this.openChat, { class: 'button light', test: 'open-chat' }, 'chat'), el('code', { class: 'address', test: 'address' }, location.origin), iconButton('copy', `${t('copy')}: ${t('address')}`, () => copyText(location.origin)))), this.art()),
    el('div', { class: 'cards' }, this.connect(tokens),
      el('section', { class: 'card' }, el('h2', {}, t('tokens')), el('p', { class: 'hint' }, t('tokensHint')), tokenOrder.filter((name) => tokens[name]).map((name) => this.copyable(t(`t_${name}`), tokens[name], `token-${name}`))),
      this.pages(), this.accountTable(this.accounts)));
  }

  // Bubbles that float: the picture of the page.
  art() {
    return el('div', { class: 'art', 'aria-hidden': 'true' }, ['users.get', '{ "response": … }', 'message_new', 'ok'].map((text, at) => el('span', { class: `float float-${at}` }, text)));
  }

  connect(tokens) {
    const lines = clients(location.origin, tokens.user, tokens.community);
    const [chosen, text] = lines[this.client];
    const code = el('pre', { class: 'code', tabindex: '0', role: 'tabpanel', 'aria-label': chosen, test: 'client-code' }, text);
    const tabs = lines.map(([name], at) => button(name, () => { this.client = at; this.show(); },
      { key: name, class: 'chip', role: 'tab', 'aria-selected': String(at === this.client), test: `client-${name}` }));
    return el('section', { class: 'card wide' }, el('h2', {}, t('connect')), el('p', { class: 'hint' }, t('connectHint')), el('div', { class: 'row', role: 'tablist', 'aria-label': t('connect') }, tabs),
      el('div', { class: 'code-box' }, code, iconButton('copy', t('copy'), () => copyText(text), { test: 'copy-client' })));
  }

  pages() {
    const back = encodeURIComponent(`${location.origin}/blank.html`);
    const links = [[t('pageImplicit'), `/authorize?client_id=6121396&response_type=token&redirect_uri=${back}&scope=friends&v=5.199&revoke=1`],
      [t('pageCode'), `/authorize?client_id=777&response_type=code&redirect_uri=${back}&v=5.199&prompt=login`],
      [t('pageVkId'), `/authorize?client_id=777&response_type=code&redirect_uri=${back}&state=a-state&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=s256&prompt=login`]];
    return el('section', { class: 'card' }, el('h2', {}, t('loginPages')), links.map(([label, href]) => el('a', { class: 'link-row', href, target: '_blank', rel: 'noopener', test: 'login-page' }, icon('link'), label)));
  }

  accountTable(accounts) {
    const first = accounts[0];
    return el('section', { class: 'card wide' }, el('h2', {}, t('accounts')), el('p', { class: 'hint' }, t('accountsHint'), ' ', first && t('codes', first.code_of_app, first.code_of_sms)),
      el('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('accounts') }, el('table', { test: 'accounts' }, el('tr', {}, ['login', 'password', 'happens'].map((key) => el('th', { scope: 'col' }, t(key)))),
        accounts.map((account) => el('tr', { key: account.login }, el('td', {}, el('code', {}, account.login)), el('td', {}, el('code', {}, account.password)), el('td', {}, account.about))))));
  }
}
