import administrators from './administrators.json';
import applications from './applications.json';
import audit from './audit.json';
import common from './common.json';
import connections from './connections.json';
import home from './home.json';
import keys from './keys.json';
import layout from './layout.json';
import settings from './settings.json';
import sign_ins from './sign_ins.json';
import users from './users.json';

export default { administrators, applications, audit, common, connections, home, keys, layout, settings, sign_ins, users };
