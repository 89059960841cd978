import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { PageName } from '../manual/page';

// To a page of the manual; `isBeside`: in a tab of its own, where something is being typed.
export function HelpLink({ page, isBeside = false, children }: { page: PageName; isBeside?: boolean; children: ReactNode }) {
  return (
    <Link className="help-link" to={`/help/${page}`} {...(isBeside && { target: '_blank' })}>
      {children}
    </Link>
  );
}
