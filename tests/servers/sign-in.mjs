// Sign-in for the clouds' stand-ins: three authorization servers (oidc-provider, certified by the
// OpenID Foundation), one for each vendor, at that vendor's own paths; and, for browsers that ask
// for the vendors' real addresses, TLS in front of everything.
//
// Started with one argument, a JSON object: { port, tls, vendor, modules, certificate, key,
// redirects, lifetime }.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';

const settings = JSON.parse(process.argv[2]);
const require = createRequire(`${settings.modules}/`);
const { Provider, interactionPolicy } = await import(require.resolve('oidc-provider'));

// Everything that one server has issued: to be forgotten when a test says so.
class Shelf {
  static shelves = new Map();

  static of(vendor) {
    return class extends Shelf {
      constructor(name) {
        super(vendor, name);
      }
    };
  }

  constructor(vendor, name) {
    const key = `${vendor}/${name}`;
    if (!Shelf.shelves.has(key)) Shelf.shelves.set(key, new Map());
    this.items = Shelf.shelves.get(key);
  }

  async upsert(id, payload) {
    this.items.set(id, payload);
  }

  async find(id) {
    return this.items.get(id);
  }

  async findByUid(uid) {
    return [...this.items.values()].find((payload) => payload.uid === uid);
  }

  async consume(id) {
    this.items.get(id).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    this.items.delete(id);
  }

  async revokeByGrantId(grant) {
    for (const [id, payload] of this.items) if (payload.grantId === grant) this.items.delete(id);
  }
}

const VENDORS = {
  microsoft: {
    authorization: '/common/oauth2/v2.0/authorize',
    token: '/common/oauth2/v2.0/token',
    audience: 'https://graph.microsoft.com',
    scopes: 'Files.ReadWrite.AppFolder User.Read',
    rotates: true,
    // A client registered as *native* may not ask from a page, and gets no `Origin` past.
    clients: [{ client_id: 'holdfast' }, { client_id: 'native' }, { client_id: 'elsewhere' }],
  },
  google: {
    authorization: '/o/oauth2/v2/auth',
    token: '/token',
    revocation: '/revoke',
    audience: 'https://www.googleapis.com',
    scopes: 'https://www.googleapis.com/auth/drive.appdata https://www.googleapis.com/auth/drive.file',
    rotates: false,
    clients: [{ client_id: 'holdfast', client_secret: 'hardly-one', token_endpoint_auth_method: 'client_secret_post' }],
    asks: ['access_type', 'offline'],
  },
  dropbox: {
    authorization: '/oauth2/authorize',
    token: '/oauth2/token',
    audience: 'https://api.dropboxapi.com',
    scopes: 'account_info.read files.metadata.read files.content.read files.content.write',
    rotates: false,
    clients: [{ client_id: 'holdfast' }],
    asks: ['token_access_type', 'offline'],
    // Signs whoever is there out first (Dropbox has no `prompt`).
    anew: 'force_reauthentication',
  },
};

function provider(name, vendor) {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  if (vendor.anew) {
    const asked = (context) => context.oidc.params[vendor.anew] === 'true' && !context.oidc.result?.login;
    policy.get('login').checks.add(new interactionPolicy.Check('anew', 'somebody else is meant', asked));
  }
  // People agree once, as they do at the vendors'.
  policy.get('consent').checks.remove('native_client_prompt');
  const issuer = new URL(vendor.audience).origin;
  const server = new Provider(issuer, {
    adapter: Shelf.of(name),
    clients: [
      ...vendor.clients.map((client) => ({
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: settings.redirects,
        ...client,
      })),
      { client_id: 'resource', client_secret: 'resource-secret', redirect_uris: [], grant_types: [], response_types: [] },
    ],
    routes: {
      authorization: vendor.authorization,
      token: vendor.token,
      revocation: vendor.revocation ?? `/${name}/revoke`,
      introspection: `/${name}/introspect`,
      jwks: `/${name}/jwks`,
      userinfo: `/${name}/me`,
      end_session: `/${name}/end`,
    },
    interactions: { policy, url: (_, interaction) => `/${name}/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access'],
    extraParams: [vendor.asks?.[0], vendor.anew].filter(Boolean),
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: async () => true },
      introspection: { enabled: true, allowedPolicy: async () => true },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, client) => (client.clientId === 'elsewhere' ? 'https://outlook.office.com' : vendor.audience),
        useGrantedResource: () => true,
        getResourceServerInfo: (_, audience) => ({ scope: vendor.scopes, audience, accessTokenFormat: 'opaque' }),
      },
    },
    issueRefreshToken: async () => true,
    rotateRefreshToken: () => vendor.rotates,
    revokeGrantPolicy: () => true,
    clientBasedCORS: (_, __, client) => client.clientId !== 'native',
    ttl: { AccessToken: settings.lifetime, RefreshToken: 86_400, Session: 86_400, Grant: 86_400, Interaction: 600, AuthorizationCode: 60, IdToken: 600 },
    cookies: { keys: ['stand-in'] },
    findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    renderError: (context, out) => {
      context.type = 'text/plain';
      context.body = `${out.error}: ${out.error_description ?? ''}`;
    },
  });
  server.on('server_error', (_, error) => console.error(error));
  return server;
}

const servers = Object.entries(VENDORS).map(([name, vendor]) => {
  const server = provider(name, vendor);
  return { name, vendor, server, handle: server.callback() };
});

const PAGE = `<!doctype html><meta charset="utf-8"><title>Sign in</title>
<form method="post"><h1>Who are you?</h1>
<button name="who" value="jane">Jane</button> <button name="who" value="john">John</button>
<button name="who" value="nobody">Cancel</button></form>`;

async function interact({ name, vendor, server }, request, response) {
  const details = await server.interactionDetails(request, response);
  const { params } = details;
  if (vendor.asks && params[vendor.asks[0]] !== vendor.asks[1]) {
    const error = { error: 'invalid_request', error_description: `${vendor.asks[0]} is missing` };
    return server.interactionFinished(request, response, error, { mergeWithLastSubmission: false });
  }
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html' });
    return response.end(PAGE);
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const who = new URLSearchParams(body).get('who');
  if (who === 'nobody') {
    const error = { error: 'access_denied', error_description: 'The person said no' };
    return server.interactionFinished(request, response, error, { mergeWithLastSubmission: false });
  }
  // Whoever was signed in before gives way; the server would show a page of its own about it.
  for (const session of Shelf.shelves.get(`${name}/Session`)?.values() ?? []) {
    if (session.uid === details.session?.uid && session.accountId !== who) {
      delete session.accountId;
      session.authorizations = {};
      delete Shelf.shelves.get(`${name}/Interaction`).get(details.jti).session.accountId;
    }
  }
  const grant = new server.Grant({ accountId: who, clientId: params.client_id });
  grant.addOIDCScope('openid offline_access');
  const resource = params.client_id === 'elsewhere' ? 'https://outlook.office.com' : vendor.audience;
  for (const scope of params.scope.split(' ').filter((scope) => vendor.scopes.split(' ').includes(scope))) {
    if (forbidden.has(`${name} ${scope}`)) grant.rejectResourceScope(resource, scope);
    else grant.addResourceScope(resource, scope);
  }
  const grantId = await grant.save();
  const result = { login: { accountId: who }, select_account: {}, consent: { grantId } };
  return server.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

// Scopes that people untick.
const forbidden = new Set();

// Vendors that do not know the application any more.
const withdrawn = new Set();

async function control(url, response) {
  const [, , vendor, what] = url.pathname.split('/');
  if (what === 'forget-tokens' || what === 'forget-all') {
    for (const shelf of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant']) {
      Shelf.shelves.get(`${vendor}/${shelf}`)?.clear();
    }
  }
  if (what === 'forget-access') Shelf.shelves.get(`${vendor}/AccessToken`)?.clear();
  if (what === 'forget-sessions' || what === 'forget-all') Shelf.shelves.get(`${vendor}/Session`)?.clear();
  if (what === 'forbid') forbidden.add(`${vendor} ${url.searchParams.get('scope')}`);
  if (what === 'allow') forbidden.clear();
  if (what === 'withdraw') withdrawn.add(vendor);
  if (what === 'admit') withdrawn.delete(vendor);
  response.end('ok');
}

// Whatever is no sign-in is the vendor's API.
function pass(request, response) {
  const forwarded = http.request(
    { host: '127.0.0.1', port: settings.vendor, method: request.method, path: request.url,
      headers: { ...request.headers, 'x-forwarded-proto': request.socket.encrypted ? 'https' : 'http' } },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    },
  );
  // What a proxy on the way does to the connection is done to the browser's, too.
  forwarded.on('error', () => response.destroy());
  request.pipe(forwarded);
}

async function listener(request, response) {
  try {
    const url = new URL(request.url, 'http://any');
    if (url.pathname.startsWith('/control/')) return await control(url, response);
    const at = (prefix) => url.pathname === prefix || url.pathname.startsWith(`${prefix}/`);
    const own = servers.find(({ name, vendor }) => at(`/${name}`) || at(vendor.authorization) || at(vendor.token) || (vendor.revocation && at(vendor.revocation)));
    if (!own) return pass(request, response);
    if (withdrawn.has(own.name) && at(own.vendor.token)) {
      response.writeHead(401, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ error: 'invalid_client', error_description: 'no such client' }));
    }
    if (url.pathname.startsWith(`/${own.name}/interaction/`)) return await interact(own, request, response);
    return own.handle(request, response);
  } catch (error) {
    response.writeHead(500);
    response.end(String(error));
  }
}

http.createServer(listener).listen(settings.port, '127.0.0.1');
if (settings.tls) {
  const options = { cert: readFileSync(settings.certificate), key: readFileSync(settings.key) };
  https.createServer(options, listener).listen(settings.tls, '127.0.0.1');
}
