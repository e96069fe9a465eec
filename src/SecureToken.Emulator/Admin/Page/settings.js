// The Sysdig Secure API card. The token is fetched when it is asked for and is in the page only while it is shown.

const mask = '••••••••-••••-••••-••••-••••••••••••';
const profileFragment = '#/settings/user';

const element = (id) => document.getElementById(id);
const user = element('user');
const team = element('team');
const field = element('token');
const show = element('show');
const reset = element('reset');
const confirmation = element('confirmation');
const confirm = element('confirm');

/** A refusal of the emulator, with its own words; the status is 409 when the page showed something old. */
class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function ask(path, method = 'GET') {
  let answer;
  try {
    answer = await fetch(path, { method, cache: 'no-store' });
  } catch {
    throw new Refusal('The emulator does not answer. Is it still running?');
  }

  const body = await answer.json().catch(() => null);
  if (!answer.ok || body === null) {
    throw new Refusal(body?.errors?.[0]?.message ?? `The emulator answered with status ${answer.status}.`, answer.status);
  }

  return body;
}

function tell(message) {
  element('problem').textContent = '';
  element('status').textContent = message;
}

function complain(problem) {
  element('status').textContent = '';
  element('problem').textContent = problem instanceof Refusal ? problem.message : `This page failed: ${problem}`;
}

function hide() {
  field.value = mask;
  show.textContent = 'Show Token';
  element('token-state').textContent = 'The token is hidden.';
}

function reveal(token) {
  field.value = token;
  show.textContent = 'Hide Token';
  element('token-state').textContent = 'The token is shown until you hide it or leave this page.';
}

const isShown = () => field.value !== mask;

/** What the page shows, which goes with every request: another window can have changed the user or the team. */
const view = () => new URLSearchParams({ user: user.value, team: team.value });

/** The token that the page shows the owner of, or null when the user or the team changed while it was on its way. */
async function fetchToken() {
  await pending;
  const asked = view();
  const { key } = await ask(`/emulator/page/token/${asked.get('team')}?${new URLSearchParams({ user: asked.get('user') })}`);
  return asked.toString() === view().toString() ? key : null;
}

async function toggle() {
  if (isShown()) {
    hide();
    return;
  }

  const token = await fetchToken();
  if (token !== null) {
    reveal(token);
    tell('');
  }
}

async function copy() {
  const token = await fetchToken();
  if (token === null) {
    return;
  }

  try {
    await navigator.clipboard.writeText(token);
    tell(`The token of ${owner()} was copied.`);
  } catch {
    reveal(token);
    field.focus();
    field.select();
    complain(new Refusal('The browser did not let this page use the clipboard. The token is selected: copy it from there.'));
  }
}

let isPerTeam = false;

/** Whose token it is, in words. */
const owner = () => isPerTeam ? nameOf(team) : `${nameOf(user)} in team ${nameOf(team)}`;

const nameOf = (list) => list.selectedOptions[0].textContent;

function askForConfirmation() {
  tell('');
  element('confirmation-heading').textContent = `Reset the token of ${owner()}?`;
  confirm.disabled = false;
  confirmation.showModal();
}

async function resetToken() {
  // A second click must not reset a second time.
  confirm.disabled = true;
  try {
    await pending;
    await ask(`/emulator/page/reset?${view()}`, 'POST');
  } finally {
    confirmation.close();
  }

  hide();
  tell(`The token of ${owner()} was reset at ${new Date().toLocaleTimeString()}. Every copy must follow.`);
}

let pending = Promise.resolve();
let changes = 0;

/** Logs somebody in, who starts in the team that he used last, or selects a team. An arrow key that is held makes many changes: they go one by one. */
async function change(changed) {
  const mine = ++changes;
  const wanted = view();
  if (changed === user) {
    wanted.delete('team');
  }

  hide();
  tell('');
  const done = pending.then(() => ask(`/emulator/page/session?${wanted}`, 'POST'));
  pending = done.catch(() => {});
  const profile = await done.catch(async (problem) => {
    await showProfile();
    throw problem;
  });
  if (mine === changes) {
    display(profile);
    tell(changed === user ? `Logged in as ${nameOf(user)}, in team ${nameOf(team)}.` : `Team ${nameOf(team)} is selected.`);
  }
}

function display(profile) {
  isPerTeam = profile.tokenPer === 'team';
  element('user-email').textContent = profile.email;
  element('iam-id').textContent = profile.iamId;
  element('instance').textContent = profile.instance;
  fill(user, profile.users.map((name) => ({ id: name, name })), profile.user);
  fill(team, profile.teams, profile.team);
  element('owner').textContent = isPerTeam ? `team ${nameOf(team)}` : owner();
}

/** The list is only made anew when it is another one: a list that is open or has the focus stays as it is. */
function fill(list, choices, chosen) {
  if (list.options.length !== choices.length) {
    list.replaceChildren(...choices.map(({ id, name }) => new Option(name, id)));
  }

  list.value = chosen;
}

const showProfile = async () => display(await ask('/emulator/page/profile'));

function followFragment() {
  if (location.hash === '' || location.hash === '#/') {
    history.replaceState(null, '', profileFragment);
  }

  const isProfile = location.hash === profileFragment;
  element('user-profile').hidden = !isProfile;
  element('elsewhere').hidden = isProfile;
  const link = document.querySelector('nav a');
  if (isProfile) {
    link.setAttribute('aria-current', 'page');
  } else {
    link.removeAttribute('aria-current');
    hide();
  }
}

/** Runs an action for an event; what goes wrong is told on the page. */
function on(target, event, action) {
  target.addEventListener(event, async () => {
    try {
      await action();
    } catch (problem) {
      complain(problem);
      if (problem.status === 409) {
        await showProfile().catch(complain);
      }
    }
  });
}

on(show, 'click', toggle);
on(element('copy'), 'click', copy);
on(reset, 'click', askForConfirmation);
on(element('cancel'), 'click', () => confirmation.close());
on(confirm, 'click', resetToken);
on(user, 'change', () => change(user));
on(team, 'change', () => change(team));
on(window, 'hashchange', followFragment);
on(document, 'visibilitychange', () => document.hidden && hide());

hide();
followFragment();
showProfile().catch(complain);
