import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { relativeTime, utcTime } from '../lib/format';

const TICK_MS = 20_000;

export function RelativeTime({ time }: { time: string | null | undefined }) {
  const { i18n } = useTranslation();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (!time) return <>-</>;
  return (
    <time dateTime={time} title={utcTime(time)}>
      {relativeTime(time, Math.max(now, Date.parse(time)), i18n.language)}
    </time>
  );
}
