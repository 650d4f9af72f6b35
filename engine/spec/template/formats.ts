const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** The formats a template may ask for, each with what a person reads; each test takes time linear in the text. */
export const FORMATS: Readonly<Record<string, { words: string; test: (text: string) => boolean }>> = {
  date: { words: 'a date as YYYY-MM-DD', test: isDate },
  time: { words: 'a time as HH:MM:SSZ', test: (text) => TIME.test(text) },
  'date-time': { words: 'a date and time as YYYY-MM-DDTHH:MM:SSZ', test: (text) => /^.{10}[t ]/i.test(text) && isDate(text.slice(0, 10)) && TIME.test(text.slice(11)) },
  email: { words: 'an e-mail address', test: (text) => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text) },
  uri: { words: 'an address such as https://example.com', test: (text) => /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text) },
  uuid: { words: 'a UUID', test: (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) },
};

function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return year !== '' && !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}
