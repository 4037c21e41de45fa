// The same bot on vk-io, for bench/bots.
'use strict';

const http = require('node:http');
const { VK } = require('vk-io');

const vk = new VK({
  token: process.env.VK_ACCESS_TOKEN,
  apiBaseUrl: `${process.argv[2]}/method`,
  apiLimit: 100000,
  pollingGroupId: 1,
  // vk-io's own agent speaks HTTPS alone; it keeps connections, too.
  agent: new http.Agent({ keepAlive: true, keepAliveMsecs: 10000 }),
});
vk.updates.on('message_new', (context) => context.send(context.text));
vk.updates.startPolling();
