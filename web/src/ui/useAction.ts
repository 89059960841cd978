import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toasts } from './toasts';

// Does something, says why when it was refused, and has what it touched fetched anew.
export function useAction(...touched: string[]): { isBusy: boolean; run: (action: () => Promise<unknown>, done?: string) => Promise<boolean> } {
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const run = async (action: () => Promise<unknown>, done?: string): Promise<boolean> => {
    setBusy(true);
    try {
      await action();
      await Promise.all(touched.map((key) => client.invalidateQueries({ queryKey: [key] })));
      if (done) toasts.good(done);
      return true;
    } catch (error) {
      toasts.failure(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, run };
}
