import { Alert, Stack, Text } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import type { Answer } from '../api/client';
import { changesOf, isSame, patchBetween, patched, reversed, type Patch } from '../api/mergePatch';
import { Problem } from '../api/problem';
import type { FieldChange } from '../api/types';
import { t, tn } from '../texts';
import { Changes } from './Changes';
import { tellDone, tellProblem } from './notices';
import { SaveBar } from './SaveBar';
import { useDraft } from './useDraft';

interface Props<T extends object> {
  /** Tells the form's draft from others': `connection.x.settings`. */
  name: string;
  /** The thing as it was read, with its version. */
  loaded: Answer<T>;
  /** Sends a merge patch with `If-Match`; answers the thing as it now is. */
  save: (patch: Patch, etag: string | null) => Promise<Answer<T>>;
  /** Reads the thing anew, after somebody else was quicker. */
  reload: () => Promise<Answer<T>>;
  /** A field's name for people; its path where there is none. */
  label?: (field: string) => string;
  /** The fields. `form.getInputProps('sessions.lifetime')` binds one. */
  children: (form: UseFormReturnType<T>) => ReactNode;
}

/**
 * A form about one thing of the API. It knows what differs, shows it before it is saved, keeps what was typed when the server refuses, when somebody else was quicker and when
 * the page is loaded anew, and offers to take a change back for ten seconds.
 */
export function SettingsForm<T extends object>({ name, loaded, save, reload, label, children }: Props<T>) {
  const draft = useDraft(name);
  const [base, setBase] = useState(loaded);
  const [foreign, setForeign] = useState<FieldChange[]>([]);
  const [isRestored, setIsRestored] = useState(draft.found !== null);
  const form = useForm<T>({ initialValues: draft.found === null ? loaded.value : patched(loaded.value, draft.found) });
  const patch = patchBetween(base.value, form.values);
  const changes = changesOf(base.value, patch);
  const isDirty = changes.length > 0;

  const { keep } = draft;
  const kept = JSON.stringify(patch);
  useEffect(() => {
    keep(kept === '{}' ? null : (JSON.parse(kept) as Patch));
  }, [keep, kept]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    if (isDirty) {
      addEventListener('beforeunload', ask);
    }

    return () => removeEventListener('beforeunload', ask);
  }, [isDirty]);
  // What a list behind this form reads anew reaches it, unless somebody is typing.
  if (loaded.etag !== base.etag && !isDirty) {
    setBase(loaded);
    form.setValues(loaded.value);
  }

  const take = (answer: Answer<T>) => {
    setBase(answer);
    form.setValues(answer.value);
    setForeign([]);
    setIsRestored(false);
  };
  const send = async () => {
    try {
      return await save(patch, base.etag);
    } catch (thrown) {
      const now = Problem.from(thrown).changedMeanwhile ? await reload() : null;
      // The version is the whole thing's: a change to what this form does not show stands in nobody's way.
      if (now === null || !isSame(now.value, base.value)) {
        throw thrown;
      }

      return save(patch, now.etag);
    }
  };
  const meanwhile = async (problem: Problem) => {
    try {
      const now = await reload();
      const others = changesOf(base.value, patchBetween(base.value, now.value));
      setForeign(others);
      // What was typed is laid over what is there now; saving again is a decision of its own.
      form.setValues(patched(now.value, patch));
      setBase(now);
      if (others.length === 0) {
        tellProblem(problem);
      }
    } catch (thrown) {
      tellProblem(Problem.from(thrown));
    }
  };
  const saving = useMutation({
    meta: { quiet: true },
    mutationFn: send,
    onSuccess: (answer) => {
      const back = reversed(base.value, patch);
      take(answer);
      // The bar that had the focus goes away.
      document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
      tellDone(t('common.saved'), () => void undo(back, answer));
    },
    onError: async (thrown) => {
      const problem = Problem.from(thrown);
      if (problem.changedMeanwhile) {
        await meanwhile(problem);
        return;
      }

      form.setErrors(problem.byField);
      const unseen = problem.errors.filter((error) => document.querySelector(`[data-path="${CSS.escape(error.field)}"]`) === null);
      if (problem.errors.length === 0 || unseen.length > 0) {
        tellProblem(new Problem(problem.status, problem.code, problem.message, unseen));
      }
    },
  });
  const undo = async (back: Patch, after: Answer<T>) => {
    try {
      take(await save(back, after.etag));
      tellDone(t('common.undone'));
    } catch (thrown) {
      tellProblem(Problem.from(thrown));
    }
  };
  const discard = () => {
    form.clearErrors();
    take(base);
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <Stack gap="lg">
        {isRestored && isDirty && (
          <Alert color="accent" title={t('common.draft.title')} withCloseButton closeButtonLabel={t('common.close')} onClose={() => setIsRestored(false)}>
            {t('common.draft.text')}
          </Alert>
        )}
        {foreign.length > 0 && (
          <Alert color="yellow" title={t('common.meanwhile.title')} role="alert" withCloseButton closeButtonLabel={t('common.close')} onClose={() => setForeign([])}>
            <Text size="sm" mb="sm">
              {t('common.meanwhile.text')}
            </Text>
            <Changes items={foreign} label={label} />
          </Alert>
        )}
        {children(form)}
      </Stack>
      {isDirty && <SaveBar count={tn('common.changes', changes.length)} changes={changes} label={label} isSaving={saving.isPending} save={() => saving.mutateAsync()} discard={discard} />}
    </form>
  );
}
