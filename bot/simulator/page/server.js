// Talking to the simulator: questions, deeds, and its stream of news.

const RETRY = 1000; // milliseconds

export async function ask(path, query = {}) {
  const response = await fetch(`/_sim/${path}?${new URLSearchParams(query)}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** Do something as a person; throws with the simulator's own words when it refuses. */
export async function act(deed, what) {
  const response = await fetch(`/_sim/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(what),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Follow the news of one person until the returned function is called; reconnects by itself. */
export function follow(person, { up, down, news }) {
  let source;
  let stopped = false;
  const connect = () => {
    if (stopped) return;
    source = new EventSource(`/_sim/news?${new URLSearchParams({ person })}`);
    source.onopen = up;
    source.onmessage = (event) => news(JSON.parse(event.data));
    source.onerror = () => {
      source.close();
      down();
      setTimeout(connect, RETRY);
    };
  };
  connect();
  return () => {
    stopped = true;
    source.close();
  };
}
