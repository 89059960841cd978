import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { relativeTime, utcTime } from '../lib/format';

const TICK_MS = 20_000;
const AHEAD_MS = 60_000;

export function RelativeTime({ time }: { time: string | null | undefined }) {
  const { i18n } = useTranslation();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (!time) return <>-</>;
  // A server's clock a little ahead of ours does not make news come from the future.
  const ahead = Date.parse(time) - now;
  const seen = ahead > 0 && ahead < AHEAD_MS ? now + ahead : now;
  return (
    <time dateTime={time} title={utcTime(time)}>
      {relativeTime(time, seen, i18n.language)}
    </time>
  );
}
