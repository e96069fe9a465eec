// The Sysdig Secure API card. The token is fetched when it is asked for and is in the page only while it is shown.

const mask = '••••••••-••••-••••-••••-••••••••••••';
const profileFragment = '#/settings/user';

const element = (id) => document.getElementById(id);
const team = element('team');
const field = element('token');
const show = element('show');
const reset = element('reset');
const confirmation = element('confirmation');
const confirm = element('confirm');

/** A refusal of the emulator, with its own words. */
class Refusal extends Error {}

async function ask(path, method = 'GET') {
  let answer;
  try {
    answer = await fetch(path, { method, cache: 'no-store' });
  } catch {
    throw new Refusal('The emulator does not answer. Is it still running?');
  }

  const body = await answer.json().catch(() => null);
  if (!answer.ok || body === null) {
    throw new Refusal(body?.errors?.[0]?.message ?? `The emulator answered with status ${answer.status}.`);
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

/** The chosen team's token, or null when another team was chosen while it was on its way. */
async function fetchToken() {
  const asked = team.value;
  const { key } = await ask(`/emulator/page/token/${asked}`);
  return asked === team.value ? key : null;
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
    tell(`The token of ${nameOfTeam()} was copied.`);
  } catch {
    reveal(token);
    field.focus();
    field.select();
    complain(new Refusal('The browser did not let this page use the clipboard. The token is selected: copy it from there.'));
  }
}

const nameOfTeam = () => team.selectedOptions[0].textContent;

function askForConfirmation() {
  tell('');
  element('confirmation-heading').textContent = `Reset the token of ${nameOfTeam()}?`;
  confirm.disabled = false;
  confirmation.showModal();
}

async function resetToken() {
  // A second click must not reset a second time.
  confirm.disabled = true;
  try {
    await ask(`/emulator/reset/${team.value}`, 'POST');
  } finally {
    confirmation.close();
  }

  hide();
  tell(`The token of ${nameOfTeam()} was reset at ${new Date().toLocaleTimeString()}. Every copy must follow.`);
}

function chooseTeam() {
  hide();
  tell('');
}

async function showProfile() {
  const profile = await ask('/emulator/page/profile');
  element('user-name').textContent = profile.name;
  element('user-email').textContent = profile.email;
  element('instance').textContent = profile.instance;
  team.replaceChildren(...profile.teams.map(({ id, name, isDefault }) => new Option(name, id, isDefault, isDefault)));
}

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
    }
  });
}

on(show, 'click', toggle);
on(element('copy'), 'click', copy);
on(reset, 'click', askForConfirmation);
on(element('cancel'), 'click', () => confirmation.close());
on(confirm, 'click', resetToken);
on(team, 'change', chooseTeam);
on(window, 'hashchange', followFragment);
on(document, 'visibilitychange', () => document.hidden && hide());

hide();
followFragment();
showProfile().catch(complain);
