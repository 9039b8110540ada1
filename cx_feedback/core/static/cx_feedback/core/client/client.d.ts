// Types of client.js. The bodies and answers are described by the OpenAPI document of the API
// (feedback/api/v1/schema/); here are the fields that most front ends use.

export type Answer = string | number | boolean | Answer[] | { [key: string]: Answer };

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: Record<string, string[]>;
  [member: string]: unknown;
}

/** A refusal by the API, or no answer of it: `code` is then "no-answer" or "no-api". */
export class FeedbackError extends Error {
  readonly code: string;
  /** The status of HTTP, 0 without an answer. */
  readonly status: number;
  /** Field to what is wrong with it. */
  readonly errors: Record<string, string[]>;
  /** Seconds, where the server says so. */
  readonly retryAfter: number | undefined;
  readonly problem: Problem | null;
  /** Whether the act waits in the outbox and is tried again. */
  readonly isKept: boolean;
}

export interface Options {
  /** Language of texts in answers, such as "es". */
  lang?: string;
  /** "cookie" where the browser sends the API cookies; "header", else, keeps the reader's key. */
  reader?: "cookie" | "header";
  /** A token of a program. No secret in a browser. */
  token?: string;
  /** Whether acts that have not arrived stay in the browser; true by default. */
  keep?: boolean;
  /** How often a call is tried that no outbox keeps; 3 by default. */
  tries?: number;
}

export interface Question {
  key: string;
  type: string;
  label: string;
  help: string;
  required: boolean;
  options: Record<string, unknown>;
  show_if: {
    match: "all" | "any";
    rules: { question: string; operator: string; value: unknown }[];
  };
  token: string;
  asks: boolean;
  page: number;
}

export interface Survey {
  id: number;
  url: string;
  version: number;
  title: string;
  intro: string;
  thanks: string;
  open: boolean;
  opens_at: string | null;
  closes_at: string | null;
  full: boolean;
  results_shown: string;
  anonymous: boolean;
  mails_answers: boolean;
  hidden_fields: string[];
  pages: number;
  questions: Question[];
}

export interface Place {
  /** Id of the page that shows it. */
  page?: number;
  /** The key of a form, instead. */
  key?: string;
}

export interface Answers extends Place {
  answers: Record<string, Answer>;
  version?: number;
  seconds?: number;
  partial?: string;
  hidden?: Record<string, string>;
  copy_to?: string;
}

export interface Pages extends Omit<Answers, "seconds" | "hidden" | "copy_to"> {
  partial: string;
  upto: string;
  sequence: number;
}

export interface StoredAnswers {
  id: number;
  thanks: string;
  ending?: string;
  url?: string;
}

export interface PollResult {
  survey: number;
  question: string;
  label: string;
  retired: boolean;
  /** False while there are too few answers to show rows. */
  shown: boolean;
  n: number;
  counted_at: string;
  rows: {
    value: string;
    label: string;
    count: number;
    share: number;
    mean_rank: number | null;
    retired: boolean;
  }[];
}

export interface Comment {
  id: number;
  key: string;
  parent: number | null;
  depth: number;
  name: string;
  html: string;
  state: string;
  checking?: boolean;
  language: string;
  created_at: string;
  edited_at: string | null;
  edited_by_site: boolean;
  edit?: string;
  replies: number;
  up: number;
  down: number;
  reactions: Record<string, number>;
  by_staff: boolean;
  picked: boolean;
  pinned: boolean;
}

export interface CommentList {
  page: number;
  published?: number;
  closed?: boolean;
  version?: number;
  comments?: Comment[];
  /** The `after` of the next part, null on the last. */
  next?: string | null;
  mine?: Comment[];
  own?: { id: number; until: string }[];
  votes?: Record<string, number>;
  reactions?: Record<string, string>;
  account?: string;
  [member: string]: unknown;
}

export interface CommentQuery {
  order?: "newest" | "oldest" | "best";
  after?: string;
  limit?: number;
  only?: "mine" | "news";
}

export interface NewComment {
  page: number;
  text: string;
  name?: string;
  email?: string;
  parent?: number;
  follow?: boolean;
  seconds?: number;
}

export interface Tally {
  up: number;
  down: number;
  mine: number;
  reactions?: Record<string, number>;
  reaction?: string;
}

export interface Flag {
  reason: string;
  text?: string;
}

export interface Subscription {
  email: string;
  list?: number;
  lists?: number[];
  topics?: number[];
  name?: string;
  language?: string;
  time_zone?: string;
  page?: number;
}

export interface Letter {
  text: string;
  /** Where the answer goes. */
  email: string;
  name?: string;
  subject?: string;
  /** The editors by default; the author needs a `page`. */
  to?: "editors" | "author";
  page?: number;
  /** Language of the mails. */
  lang?: string;
}

export interface Choices {
  visits: boolean;
  scoring: boolean;
}

/** An act that has not arrived: it waits, or was `refused` because of a `problem`. */
export interface Unsent {
  id: string;
  at: number;
  act?: Act;
  until?: number;
  refused?: Act;
  problem?: Problem;
}

export interface Act {
  api: string;
  method?: string;
  lang?: string;
  key?: string;
  body?: string;
}

export interface Outcome {
  response?: Response;
  /** Missing where there was no connection, half an answer or no JSON. */
  data?: unknown;
  isLater: boolean;
}

/** Solve a challenge of the API (428); returns the value of the field "challenge". */
export function solve(challenge: { parameters: Record<string, unknown> }): Promise<string>;

/** Send one request, solving the proof of work that is asked for. Never rejects. */
export function sendAct(act: Act, options?: RequestInit): Promise<Outcome>;

/** What was sent and has not arrived yet, for subclasses of widgets. */
export class Outbox {
  send: (act: Act) => Promise<Outcome>;
  list(): string[];
  sweep(): void;
  deliver(id: string, act: Act, place?: unknown, isPressed?: boolean): Promise<Outcome | null>;
}

/**
 * The client. Every call rejects with FeedbackError.
 *
 * Events: "sent" ({id, act, data}) and "refused" ({id, act, error}), for acts that had to wait.
 */
export class FeedbackClient extends EventTarget {
  constructor(base: string, options?: Options);

  getSurvey(id: number, query?: Place): Promise<Survey>;
  answerSurvey(id: number, body: Answers): Promise<StoredAnswers>;
  startSurvey(id: number, body?: Place): Promise<null>;
  keepPages(id: number, body: Pages): Promise<null>;
  getPoll(id: number, query?: Place & { question?: string }): Promise<PollResult>;
  getNPS(id: number, query?: Place): Promise<Survey>;
  answerNPS(id: number, body: Answers): Promise<StoredAnswers>;
  startNPS(id: number, body?: Place): Promise<null>;

  listComments(page: number, query?: CommentQuery): Promise<CommentList>;
  countComments(pages: number[]): Promise<unknown>;
  getComment(id: number): Promise<Comment>;
  createComment(body: NewComment): Promise<Comment>;
  editComment(id: number, text: string): Promise<Comment>;
  deleteComment(id: number): Promise<null>;
  voteOnComment(id: number, value: 1 | 0 | -1): Promise<Tally>;
  reactToComment(id: number, reaction: string): Promise<Tally>;
  flagComment(id: number, body: Flag): Promise<Flag>;
  followThread(body: { page: number; email: string }): Promise<null>;

  subscribe(body: Subscription): Promise<{ state: string }>;
  requestGuide(body: Record<string, unknown>): Promise<{ state: string }>;
  sendLetter(body: Letter): Promise<{ state: string }>;

  getMe(): Promise<{ known: boolean; [room: string]: unknown }>;
  setChoices(body: Partial<Choices>): Promise<Choices>;
  countVisit(body?: { page?: number }): Promise<null>;
  /** Erase the reader on the server, and here what waits and the reader's key. */
  forgetMe(): Promise<void>;

  /** What has not arrived, in this browser. */
  listUnsent(): Unsent[];
  discardUnsent(id: string): void;

  /** Read any address below the base, such as "surveys/3/results/". */
  get<T = unknown>(path: string, query?: Record<string, unknown>): Promise<T>;
  /** Send once, without a key. */
  send<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Send under an idempotency key: repeated until it has arrived once. */
  act<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
}
