/* The learning front end around our slots: the real plugin framework and the real collapsible, with the outline's markup. */
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { mergeConfig } from '@edx/frontend-platform';
import { configure } from '@edx/frontend-platform/auth';
import { IntlProvider } from '@edx/frontend-platform/i18n';
import { PluginSlot } from '@openedx/frontend-plugin-framework';
import { Collapsible } from '@openedx/paragon';
import setConfig from 'env.config';

const { courseId, section, sequences, lms } = window.COURSE;

class SignedIn {
  getAuthenticatedUser() { return { userId: 1, username: 'sofia' }; }

  getAuthenticatedHttpClient() {
    return {
      get: async (url) => {
        const answer = await fetch(url, { credentials: 'include' });
        if (!answer.ok) { throw new Error(answer.status); }
        return { data: await answer.json() };
      },
    };
  }
}

/* `slotted` has the slot that front ends after Verawood have in the link itself. */
function Unit({ sequence, unit, active, choose, slotted }) {
  const path = `/mfe/learning/course/${courseId}/${sequence.id}/${unit.id}`;
  const click = (event) => {
    event.preventDefault();
    window.history.pushState({}, '', path);
    choose(unit.id);
  };
  return (
    <li className={active ? 'bg-info-100' : ''}>
      <a href={path} onClick={click} className="row w-100 m-0 d-flex align-items-center text-gray-700">
        <div className="col-auto p-0"><svg width="24" height="24" /></div>
        <div className="col-10 p-0 ml-3 text-break">
          <span className="align-middle">{unit.title}</span>
          <span className="sr-only">, incomplete</span>
        </div>
        {slotted && <PluginSlot id="org.openedx.frontend.learning.course_outline_sidebar_unit.v1" pluginProps={{ unit }} />}
      </a>
    </li>
  );
}

function Sequence({ sequence, unitId, choose }) {
  const [open, setOpen] = React.useState(sequence.units.some((unit) => unit.id === unitId));
  const title = (
    <>
      <div className="col-auto p-0"><svg width="24" height="24" /></div>
      <div className="col-9 d-flex flex-column flex-grow-1 ml-3 mr-auto p-0 text-left">
        <span className="align-middle text-dark-500">{sequence.title}</span>
        <span className="sr-only">, incomplete</span>
      </div>
    </>
  );
  return (
    <li>
      <Collapsible className="mb-2" styling="card-lg text-break" title={title} open={open} onToggle={() => setOpen(!open)}>
        <ol className="list-unstyled">
          {sequence.units.map((unit, at) => (
            <Unit key={unit.id} {...{ sequence, unit, choose }} active={unit.id === unitId} slotted={at === 0} />
          ))}
        </ol>
      </Collapsible>
    </li>
  );
}

function App() {
  const [unitId, choose] = React.useState(sequences[0].units[0].id);
  return (
    <IntlProvider locale="en">
      <nav><PluginSlot id="org.openedx.frontend.layout.header_learning_help.v1" /></nav>
      <section className="outline-sidebar">
        <div><span>{section}</span></div>
        <ol id="outline-sidebar-outline" className="list-unstyled">
          {sequences.map((sequence) => <Sequence key={sequence.id} {...{ sequence, unitId, choose }} />)}
        </ol>
      </section>
      <main>
        <PluginSlot id="org.openedx.frontend.learning.unit_title.v1" pluginProps={{ unitId, unit: { id: unitId } }}>
          <h1>{unitId}</h1>
        </PluginSlot>
        <PluginSlot id="org.openedx.frontend.learning.sequence_container.v1" pluginProps={{ courseId, unitId }} />
        <PluginSlot
          id="org.openedx.frontend.learning.course_outline_tab_notifications.v1"
          pluginProps={{ courseId, model: 'outline' }}
        />
      </main>
    </IntlProvider>
  );
}

setConfig().then((config) => {
  mergeConfig({ ...config, LMS_BASE_URL: lms });
  configure(SignedIn, { loggingService: { logError() {}, logInfo() {} }, config: {} });
  createRoot(document.getElementById('root')).render(<React.StrictMode><App /></React.StrictMode>);
});
